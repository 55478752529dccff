/** A package imports only what stands to its left. */
import { layerOf } from "../layers.ts"
import { importRule } from "../Rule.ts"
import { areaOf, packageOf } from "../Workspace.ts"

export const layerDirection = importRule(
  "layer-direction",
  ({ specifier }, { workspace, member, file }) => {
    const target = packageOf(workspace, specifier)
    const area = areaOf(file)
    const layer = layerOf(member)
    if (
      target === undefined ||
      target === member ||
      member.group !== "packages" ||
      layer === undefined
    ) {
      return undefined
    }
    const allowed =
      area === "src" ? layer.src : area === "simulator" ? (layer.simulator ?? []) : undefined
    if (allowed === undefined || allowed.includes(target.folder)) return undefined
    const may =
      allowed.length === 0 ? "no other package of the workspace" : `only ${allowed.join(" and ")}`
    return `${member.folder}/${area} imports ${target.folder}. A package imports only what stands to its left, so that it can be used and tested without the rest; ${member.folder}/${area} may import ${may}. Move what both need to the left, or take it as an argument and let an app pass it in.`
  },
)
