/**
 * Which package may import which, as data.
 *
 *     effect ← core ← { providers, api }        core ← node ← engine        all ← apps
 *     volc-signer ← { volc-cv, its simulator/ } simulator ← each provider's simulator/
 *
 * Packages are named by their folder. What a package's tests import is left to its manifest.
 */
import type { Package } from "./Workspace.ts"

export interface Layer {
  /** Packages of the workspace that `src/` may import. */
  readonly src: ReadonlyArray<string>
  /** The same for `simulator/`, which providers have and nobody else does. */
  readonly simulator?: ReadonlyArray<string>
}

const named: Readonly<Record<string, Layer>> = {
  core: { src: [] },
  "volc-signer": { src: [] },
  simulator: { src: [] },
  api: { src: ["core"] },
  node: { src: ["core"] },
  engine: { src: ["core", "node"] },
  "provider-kit": { src: ["core", "node", "simulator"] },
  "volc-cv": { src: ["core", "volc-signer"], simulator: ["simulator", "volc-signer"] },
}

const provider: Layer = { src: ["core"], simulator: ["simulator"] }

/** `undefined` for a package that is neither named above nor a provider. */
export const layerOf = (member: Package): Layer | undefined => {
  if (Object.hasOwn(named, member.folder)) return named[member.folder]
  return isProvider(member) ? provider : undefined
}

/** A provider is a package with an adapter in `src/` and its own reading of the documents in `simulator/`. */
export const isProvider = (member: Package): boolean =>
  member.group === "packages" &&
  member.files.some(({ pathInPackage }) => pathInPackage.startsWith("simulator/"))
