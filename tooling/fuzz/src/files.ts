/** Files of the simulator: a picture to ask with, and what the provider makes of every task. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"

const asset = (name: string): Buffer =>
  readFileSync(new URL(`../assets/${name}`, import.meta.resolve("@zoetrope/simulator")))

export const picture = asset("sample.jpg")

const bytes = asset("sample.mp4")

/** A real MP4 that costs no rendering. */
export const film = {
  bytes,
  width: 640,
  height: 360,
  seconds: 3,
  md5: createHash("md5").update(bytes).digest("hex"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
}
