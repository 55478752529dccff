/** Makes the sample files again: `./zoe exec node packages/simulator/assets/make.mjs`. */
import { writeFileSync } from "node:fs"
import sharp from "sharp"
import { makeRenderer } from "../src/media/Renderer.ts"
import { voice } from "./voice.mjs"
import { zoetrope } from "./zoetrope.mjs"

const keep = (name, bytes) => {
  writeFileSync(new URL(name, import.meta.url), bytes)
  console.log(`${name}  ${bytes.length} bytes`)
}

const picture = await sharp(Buffer.from(zoetrope())).jpeg({ quality: 84, mozjpeg: true }).toBuffer()
keep("sample.jpg", picture)

const renderer = makeRenderer({ workers: 1 })
const video = await renderer.render({
  source: { picture },
  width: 480,
  height: 270,
  frames: 72,
  fps: 24,
})
await renderer.close()
keep("sample.mp4", video.bytes)

keep("sample.wav", voice())
