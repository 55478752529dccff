export * as Proxy from "./Proxy.ts"
export * as Transport from "./Transport.ts"
