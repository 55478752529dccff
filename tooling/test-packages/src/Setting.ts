/** What a package needs around it: the types to compile with it. */
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
