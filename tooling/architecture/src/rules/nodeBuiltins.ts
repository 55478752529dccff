/** Node's own modules stay where Node is certain. */
import { isBuiltin } from "node:module"
import { importRule, type Place } from "../Rule.ts"
import { areaOf } from "../Workspace.ts"

export const nodeBuiltins = importRule("node-builtins", ({ specifier }, place) => {
  if (!isBuiltin(specifier) || mayUseNode(place)) return undefined
  return `${specifier} is a module of Node. What runs everywhere must not need it: use Effect's Clock, Random, Crypto, FileSystem or HttpClient, or put it into @zoetrope/node and take it as a service. Node's modules belong in apps, tooling, examples, tests, packages/node, packages/simulator, packages/provider-kit, packages/volc-signer, a provider's simulator/ and the engine's drivers/.`
})

const mayUseNode = ({ member, file }: Place): boolean => {
  if (member.group !== "packages") return true
  if (nodePackages.has(member.folder)) return true
  if (member.directory === "packages/engine" && file.pathInPackage.startsWith("src/drivers/"))
    return true
  return areaOf(file) !== "src"
}

const nodePackages: ReadonlySet<string> = new Set([
  "node",
  "provider-kit",
  "simulator",
  "volc-signer",
])
