/** What a package needs around it: the types to compile with it, and a runtime that it runs on. */
import type { Runtime } from "./Tool.ts"

export interface Setting {
  readonly lib: ReadonlyArray<string>
  /** Whether `@types/node` must be there. */
  readonly nodeTypes: boolean
}

/** The least that a program must have to compile with a package, its libraries' types checked too. */
export const settingOf = (name: string): Setting => settings[name] ?? { lib: web, nodeTypes: true }

/** Effect's own types name `CryptoKey`, `ReadableStream` …, and `@types/node` does not declare them all. */
const web = ["ES2024", "DOM"]
const anywhere: Setting = { lib: web, nodeTypes: false }

const settings: Readonly<Record<string, Setting>> = {
  "@zoetrope/volc-signer": { lib: ["ES2024"], nodeTypes: false },
  "@zoetrope/simulator": { lib: ["ES2024"], nodeTypes: true },
  "@zoetrope/core": anywhere,
  "@zoetrope/api": anywhere,
  "@zoetrope/volc-cv": anywhere,
  "@zoetrope/vidu": anywhere,
}

/** Why a package does not run on this runtime, where that is known. */
export const limitOf = (name: string, runtime: Runtime): string | undefined =>
  runtime.name.startsWith("bun ") && needUndici.has(name) ? bunUndici : undefined

const bunUndici =
  "Bun puts an undici of its own in place of the real one, without what the transport asks of it"

const needUndici: ReadonlySet<string> = new Set([
  "@zoetrope/node",
  "@zoetrope/engine",
  "the examples",
])

/** All of them, in words. */
export const limits: ReadonlyArray<string> = [
  `${Array.from(needUndici).join(", ")} on Bun: ${bunUndici}`,
]
