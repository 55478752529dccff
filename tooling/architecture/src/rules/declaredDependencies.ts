/** What is imported is declared, so that a package works where it is installed alone. */
import { isBuiltin } from "node:module"
import { importRule } from "../Rule.ts"
import { areaOf, packageName } from "../Workspace.ts"

export const declaredDependencies = importRule(
  "declared-dependencies",
  ({ specifier }, { workspace, member, file }) => {
    const name = packageName(specifier)
    const { manifest } = member
    if (name === undefined || name === manifest.name || isBuiltin(specifier)) return undefined
    const area = areaOf(file)
    const shipped = area === "src" || area === "simulator"
    const declared = shipped
      ? [manifest.dependencies, manifest.peerDependencies]
      : [
          manifest.dependencies,
          manifest.peerDependencies,
          manifest.devDependencies,
          workspace.rootDevDependencies,
        ]
    if (declared.some((dependencies) => Object.hasOwn(dependencies ?? {}, name))) return undefined
    return `${name} is imported but not declared, so it is found only by luck; add it to the ${shipped ? "dependencies or peerDependencies" : "devDependencies"} of ${member.directory}/package.json.`
  },
)
