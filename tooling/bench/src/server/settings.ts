/** What a process that is measured is told, by its environment. */
export interface Settings {
  readonly directory: string
  readonly provider: { readonly url: string; readonly key: string }
  /** Of the account at the provider: everything at once, or as many as a usual one may. */
  readonly isUnlimited: boolean
}

export const settingsFromEnvironment = (): Settings =>
  JSON.parse(process.env["BENCH_SERVER"] ?? "{}") as Settings
