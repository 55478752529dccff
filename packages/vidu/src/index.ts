/** Vidu video models for Zoetrope. */
export * as Callback from "./Callback.ts"
export * as Client from "./Client.ts"
export * as Codes from "./Codes.ts"
export * as Models from "./Models.ts"
export * as Provider from "./Provider.ts"
export * as Schema from "./Schema.ts"
export { plugin } from "./plugin.ts"
