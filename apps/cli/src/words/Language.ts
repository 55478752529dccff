/**
 * Which language people are spoken to in. Imports nothing: it is asked before anything else is loaded.
 * What programs read (`--json`, exit codes, ids, handles, names of commands and flags) has none.
 */

export type Language = "en" | "zh"

/** In this order; the first one that is not empty decides, as POSIX has it for the last three. */
const variables = ["ZOETROPE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"] as const

/**
 * Chinese where the locale is one of China, Singapore, Taiwan or any other Chinese one; else English.
 *
 * @param systemLocale asked where no variable is set, as on Windows and in programs started from a desktop
 */
export const languageOf = (
  environment: Readonly<Record<string, string | undefined>>,
  systemLocale: () => string = ownLocale,
): Language => {
  const set = variables
    .map((name) => environment[name])
    .find((value) => value !== undefined && value !== "")
  return /^zh(?![a-z])/i.test(set ?? systemLocale()) ? "zh" : "en"
}

/** Where variables are all that there is, none of them set is POSIX's own locale: Intl takes 15 ms to say so. */
const ownLocale = (): string =>
  process.platform === "win32" || process.platform === "darwin"
    ? Intl.DateTimeFormat().resolvedOptions().locale
    : "C"
