/**
 * `node tooling/architecture/src/main.ts [root]`: checks the direction of dependencies and what goes with it.
 * Prints one line per violation, `path:line rule — message`, and exits with 1 if there is any.
 */
import { resolve } from "node:path"
import { check } from "./check.ts"
import { rules } from "./rules/index.ts"
import { readWorkspace } from "./Workspace.ts"

const root = resolve(process.argv[2] ?? `${import.meta.dirname}/../../..`)
const workspace = readWorkspace(root)
const violations = check(workspace)
for (const { path, line, rule, message } of violations) {
  console.log(`${path}:${line} ${rule} — ${message}`)
}

const count = workspace.packages.reduce((sum, { files }) => sum + files.length, 0)
if (count === 0) {
  console.error(`architecture: no source files under ${root}`)
  process.exitCode = 1
} else if (violations.length > 0) {
  console.error(`architecture: ${violations.length} violation(s)`)
  process.exitCode = 1
} else {
  console.log(
    `architecture: ${rules.length} rules hold for ${count} files of ${workspace.packages.length} packages`,
  )
}
