/** What the server's process is told, by its environment: keys belong in no argument list. */
export interface Settings {
  readonly directory: string
  readonly provider: { readonly url: string; readonly id: string; readonly secret: string }
}

export const settingsFromEnvironment = (): Settings =>
  JSON.parse(process.env["FUZZ_SERVER"] ?? "{}") as Settings
