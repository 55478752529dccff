/** The Zoetrope server. `start` is all of it; `Keys` are who may use it from elsewhere. */
export { type Options, NotStarted, type Running, start } from "./Server.ts"
export type { Bounds } from "./http/nodeServer.ts"
export type { Most } from "./events/Listeners.ts"
export { TelemetryUnusable } from "./operations/Telemetry.ts"
export type { Rate } from "./security/Gatekeeper.ts"
export * as Keys from "./security/Keys.ts"
export { reporting } from "./operations/reporting.ts"
export * as Backup from "./operations/backup/Backup.ts"
