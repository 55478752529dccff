// Run from a package: removes its dist (and the build info in it), so no deleted source leaves a file behind.
import { rmSync } from "node:fs"
rmSync("dist", { recursive: true, force: true })
