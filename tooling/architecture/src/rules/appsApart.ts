/** Apps do not know each other, but for one arrow: the command line starts the server. */
import { importRule } from "../Rule.ts"
import { areaOf, packageOf } from "../Workspace.ts"

export const appsApart = importRule(
  "apps-apart",
  ({ isLazy, specifier }, { workspace, member, file }) => {
    const target = packageOf(workspace, specifier)
    const isBetween = target !== undefined && target !== member && target.group === "apps"
    if (!isBetween || member.group !== "apps" || areaOf(file) !== "src") return undefined
    if (member.folder !== "cli" || target.folder !== "server") {
      return `The app ${member.folder} imports the app ${target.folder}. An app is the end of the line: what two of them need belongs into a package, and one reaches another over HTTP, by @zoetrope/api.`
    }
    if (specifier !== target.manifest.name) {
      return `The command line reaches into the server. It may start one by its entry, ${target.manifest.name}; export there what is needed.`
    }
    return isLazy
      ? undefined
      : `The command line loads the server with every command. Write await import("${specifier}") in the one that starts it.`
  },
)
