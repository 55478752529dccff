/** Apps know `Provider` values; the one place that knows which there are is where the app is wired. */
import { isProvider } from "../layers.ts"
import { importRule } from "../Rule.ts"
import { areaOf, packageOf } from "../Workspace.ts"

export const providersInMain = importRule(
  "providers-in-main",
  ({ specifier }, { workspace, member, file }) => {
    if (member.group !== "apps" || areaOf(file) !== "src" || file.pathInPackage === "src/main.ts") {
      return undefined
    }
    const target = packageOf(workspace, specifier)
    if (target === undefined || !isProvider(target)) return undefined
    return `An app names the provider ${target.folder} outside its main.ts. A new provider must take one line there and none elsewhere; take a Provider value as an argument, and pass it from ${member.directory}/src/main.ts.`
  },
)
