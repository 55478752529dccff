/**
 * From a picture to a file on disk, with promises, against the simulator: no account, no cost.
 * The same with Effect is picture-to-video.ts.
 *
 *   ./zoe exec node examples/picture-to-video-with-promises.ts [DIRECTORY]
 */
import { mkdtemp, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { file, open, secret } from "@zoetrope/node/promises"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"

const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "zoetrope-")))

// Thirty simulated seconds a second, and a provider that has a bad day.
const simulator = await makeSimulator({
  dialects: [dialect],
  speed: 30,
  faults: ["submit:code=50429", "poll:503:n=2"],
})

// A picture of your own would be here already.
const picture = join(directory, "sample.jpg")
const sample = await fetch(`${simulator.url}/inputs/sample.jpg`)
await writeFile(picture, new Uint8Array(await sample.arrayBuffer()))

// Against the real service: `await open(Provider.fromConfig())`, with the keys in the environment.
const volc = await open(
  Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: secret(demoAccount.secret),
    baseUrl: simulator.url,
  }),
)

const result = await volc.run(
  Models.jimengVideo30Pro,
  { prompt: "The drum begins to turn", image: file(picture) },
  { poll: { floor: 0.2, ceiling: 0.4 }, onState: (event) => console.log(event._tag) },
)

const saved = await volc.save(result, join(directory, "first-light.mp4"), {
  allow: { loopback: true },
})
console.log(`${saved.path}\n${saved.bytes} bytes, SHA-256 ${saved.sha256}`)
await simulator.close()
