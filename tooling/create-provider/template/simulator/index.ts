/** The simulator's half of Placeholder Name. */
export { dialect } from "./dialect.ts"
