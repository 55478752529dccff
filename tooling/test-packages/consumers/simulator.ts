/** A film is made from the sample picture: workers find their modules, and the assets are there. */
import { makeRenderer, makeSimulator, mediaFacts, type RenderRequest } from "@zoetrope/simulator"

const simulator = await makeSimulator({ dialects: [] })
const sample = await fetch(`${simulator.url}/inputs/sample.jpg`)
const picture = new Uint8Array(await sample.arrayBuffer())
await simulator.close()

const renderer = makeRenderer({ workers: 1 })
const film = await renderer.render({
  source: { picture },
  width: 320,
  height: 180,
  frames: 12,
  fps: 12,
})
await renderer.close()
const facts = await mediaFacts(film.bytes)
if (facts?.width !== 320) throw new Error(`the film is not what was asked for: ${film.width}`)

// @ts-expect-error a picture is bytes
const notRequest: RenderRequest["source"] = { picture: "cat.png" }
void notRequest
