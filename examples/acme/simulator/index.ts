/** The simulator's half of Acme. */
export { dialect } from "./dialect.ts"
