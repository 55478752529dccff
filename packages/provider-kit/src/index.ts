/** What every provider must show, and the suite that asks for it. See `ProviderSuite.run`. */
export type { Bench, ReadyStart } from "./Bench.ts"
export type { Check } from "./Check.ts"
export * as Checks from "./Checks.ts"
export * as ProviderSuite from "./ProviderSuite.ts"
export type { Problem } from "./Problem.ts"
export type * from "./Subject.ts"
export type { Reply, Script, Seen, Wire } from "./Wire.ts"
