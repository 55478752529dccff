/** What lies under `internal/` may change with any release. */
import { importRule } from "../Rule.ts"
import { packageOf } from "../Workspace.ts"

export const internalIsPrivate = importRule(
  "internal-is-private",
  ({ specifier }, { workspace, member }) => {
    const target = packageOf(workspace, specifier)
    if (target === undefined || target === member) return undefined
    if (!specifier.slice(target.manifest.name.length).split("/").includes("internal"))
      return undefined
    return `${specifier} is internal to ${target.folder} and not exported; use its public modules, or make this one public there.`
  },
)
