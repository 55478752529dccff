/** The simulator's half of Volcengine cv. */
export { dialect } from "./dialect.ts"
