/** The tests of a package that fail, by their titles, each with the complaints that it lists. */
import type { Clone } from "./clone.ts"

export interface Red {
  /** Tests, green ones too. */
  readonly total: number
  readonly red: Readonly<Record<string, ReadonlyArray<string>>>
}

/** Reads what a person would read: the reports of machines leave the lists out. */
export const redTests = async (clone: Clone, name: string): Promise<Red> => {
  const project = `@zoetrope/${name}`
  const { out } = await clone.node("node_modules/vitest/vitest.mjs", "run", "--project", project)
  const total = /^ *Tests .*\((\d+)\)$/m.exec(out)?.[1]
  if (total === undefined) throw new Error(`the tests of ${name} did not run:\n${out}`)
  const [, ...failures] = out.split(/^ FAIL /m)
  return { total: Number(total), red: Object.fromEntries(failures.map(readFailure)) }
}

const readFailure = (text: string): readonly [title: string, complaints: ReadonlyArray<string>] => {
  const title = /.* > (.*)/.exec(text)?.[1] ?? text
  const listed = [...text.matchAll(/^\+ {3}(".*"),$/gm)].map(([, line = ""]) => JSON.parse(line))
  return [title, listed as ReadonlyArray<string>]
}
