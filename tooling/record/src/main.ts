/** `./zoe record`: plays the demo in a terminal, and writes what it showed as a moving picture for each README. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { films } from "./films.ts"
import { framesOf } from "./framesOf.ts"
import { performed } from "./performed.ts"
import { pictureOf } from "./pictureOf.ts"

const root = join(import.meta.dirname, "../../..")
const size = { columns: 80, rows: 32 }

for (const { command, environment, path, title } of films) {
  console.error(`${path}: ${command}`)
  // oxlint-disable-next-line no-await-in-loop -- they would disturb each other
  const pieces = await performed({ command, environment, root, size })
  // oxlint-disable-next-line no-await-in-loop
  const frames = await framesOf(pieces, size)
  const picture = pictureOf(frames, { ...size, title })
  writeFileSync(join(root, path), picture)
  const seconds = frames.reduce((sum, { lasts }) => sum + lasts, 0) / 1000
  console.log(`${path}: ${frames.length} frames, ${seconds.toFixed(1)} s, ${picture.length} bytes`)
}
