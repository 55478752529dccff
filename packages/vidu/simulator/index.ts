/** The simulator's half of Vidu. */
export { dialect, makeDialect } from "./dialect.ts"
export type { ViduSettings } from "./settings.ts"
