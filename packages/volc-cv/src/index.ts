/** Volcengine cv video models for Zoetrope. */
export * as AigcMeta from "./AigcMeta.ts"
export * as Client from "./Client.ts"
export * as Codes from "./Codes.ts"
export * as Crop from "./Crop.ts"
export * as Models from "./Models.ts"
export * as Provider from "./Provider.ts"
export * as Schema from "./Schema.ts"
export { plugin } from "./plugin.ts"
