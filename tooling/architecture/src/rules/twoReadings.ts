/** A provider's adapter and its simulator are two readings of one document, and test each other. */
import { posix } from "node:path"
import { isProvider } from "../layers.ts"
import { importRule } from "../Rule.ts"
import { areaOf, packageOf } from "../Workspace.ts"

export const twoReadings = importRule(
  "two-readings",
  ({ specifier }, { workspace, member, file }) => {
    const area = areaOf(file)
    if (!isProvider(member) || (area !== "src" && area !== "simulator")) return undefined
    const other = area === "src" ? "simulator" : "src"
    if (reached(specifier) !== other) return undefined
    return `${area}/ imports ${other}/ of the same provider. Each is written from the provider's documents alone, so that a mistake in one is found by the other; write down again what this side needs.`

    function reached(path: string): string | undefined {
      if (path.startsWith(".")) {
        return posix.join(posix.dirname(file.pathInPackage), path).split("/")[0]
      }
      if (packageOf(workspace, path) !== member) return undefined
      // The package's own exports: `./simulator` is the dialect, everything else lies in src/.
      return /^[^/]+\/[^/]+\/simulator(?:\/|$)/.test(path) ? "simulator" : "src"
    }
  },
)
