/**
 * The pages of help, written down when this program is built, so that `--help` and `--version` are
 * answered before anything else is loaded. Owns which command lines those are: the ones whose answer no
 * plugin and no other flag can change. Everything else is left to the program itself.
 */
import { readFileSync, statSync } from "node:fs"
import { type Environment, pathIn } from "../setup/ConfigPath.ts"
import { type HelpPage, layOut } from "./HelpPage.ts"
import { type Language, languageOf } from "../words/Language.ts"
import type { Screen } from "../terminal/Screen.ts"
import { version } from "../version.ts"

/** What `zoetrope --help --json` prints: every page, in every language. */
export type Manual = Readonly<Record<Language, ReadonlyArray<HelpPage>>>

/** Beside the built program; there is none beside its source. */
const builtManual = new URL("../manual.json", import.meta.url)

/**
 * What the program would print to stdout, without the newline behind it; `undefined` where it takes the
 * program itself to tell. Never throws.
 */
export const answer = (
  argv: ReadonlyArray<string>,
  environment: Environment,
  screen: Screen,
  manual: URL = builtManual,
): string | undefined => {
  const question = questionOf(argv)
  if (question === undefined || mayNameProviders(pathIn(environment))) return undefined
  if (question === "version") return `zoetrope ${version()}`
  const pages = read(manual)?.[languageOf(environment)]
  const page = pages?.find((one) => isAt(one, question))
  return page === undefined ? undefined : layOut(page, screen)
}

/** The path of the page that is asked for. */
const questionOf = (argv: ReadonlyArray<string>): ReadonlyArray<string> | "version" | undefined => {
  const last = argv.at(-1)
  if (last === undefined) return []
  if (argv.length === 1 && (last === "--version" || last === "-v")) return "version"
  if (last !== "--help" && last !== "-h") return undefined
  const path = argv.slice(0, -1)
  return path.some((word) => word.startsWith("-")) ? undefined : path
}

const isAt = (page: HelpPage, path: ReadonlyArray<string>): boolean =>
  path.length === page.path.length &&
  path.every(
    (word, index) =>
      word === page.path[index] || (index === path.length - 1 && page.aliases.includes(word)),
  )

/** Whether a config file may bring models, or something to say about them. */
const mayNameProviders = (path: string): boolean => {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return false
    if (!stats.isFile() || stats.size > maxConfigBytes) return true
    return "providers" in (JSON.parse(readFileSync(path, "utf8")) as object)
  } catch {
    return true
  }
}

/** A larger one is refused by the program. */
const maxConfigBytes = 1_000_000

const read = (manual: URL): Partial<Manual> | undefined => {
  try {
    return JSON.parse(readFileSync(manual, "utf8")) as Partial<Manual>
  } catch {
    return undefined
  }
}
