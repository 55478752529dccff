import process from "node:process"

type Sqlite = typeof import("node:sqlite")

/**
 * Node's own SQLite. Where the runtime still calls it experimental it says so once, on loading; that
 * is a word to this program's authors, and none to the people who use it. Every other warning passes.
 */
export const quietSqlite = (): Sqlite => {
  const heard = Reflect.get(process, "emitWarning")
  const quieter = (...args: ReadonlyArray<unknown>): void => {
    if (args[1] === "ExperimentalWarning" && String(args[0]).includes("SQLite")) return
    Reflect.apply(heard, process, args)
  }
  Reflect.set(process, "emitWarning", quieter)
  try {
    return process.getBuiltinModule("node:sqlite")
  } finally {
    Reflect.set(process, "emitWarning", heard)
  }
}
