/** Files to be written, and their writing: all of them or none. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

export interface Change {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** Writes every change. When one fails, those before it are taken back, and its error is thrown. */
export const writeAll = (changes: ReadonlyArray<Change>): void => {
  const undo: Array<() => void> = []
  try {
    for (const { path, text } of changes) {
      const before = existsSync(path) ? readFileSync(path) : undefined
      // The first of the folders that were not there, or nothing.
      const folder = mkdirSync(dirname(path), { recursive: true })
      undo.push(() => {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
        else if (before === undefined) rmSync(path, { force: true })
        else writeFileSync(path, before)
      })
      writeFileSync(path, text)
    }
  } catch (cause) {
    for (const step of undo.toReversed()) step()
    throw cause
  }
}
