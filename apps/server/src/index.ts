/** The Zoetrope server. `start` is all of it; `Keys` are who may use it from elsewhere. */
export { type Options, NotStarted, type Running, start } from "./Server.ts"
export * as Keys from "./security/Keys.ts"
export { reporting } from "./operations/reporting.ts"
export * as Backup from "./operations/backup/Backup.ts"
