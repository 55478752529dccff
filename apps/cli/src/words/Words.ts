/**
 * The words that people are spoken to in. Owns who decides on them: whoever runs a command. What is
 * said is held as a sentence in any language (`Say`) and put into words where it is shown, so that what
 * programs read (`--json`) stays English whatever people read.
 */
import { Context } from "effect"
import type { Language } from "./Language.ts"
import type { Vendor } from "../Vendor.ts"
import { en } from "./en.ts"

export type Words = typeof en

/** Something to be said, in whatever words. */
export type Say = (words: Words) => string

/** What is the same in every language: a command, a path, a name. */
export const verbatim =
  (text: string): Say =>
  () =>
    text

/** A sentence of a package, which may have no other words than its own. */
export const quoted =
  (text: string): Say =>
  (words) =>
    words.packages.sentence(text)

/** The words of this command. */
export const Spoken = Context.Reference<Words>("zoetrope/cli/Words", { defaultValue: () => en })

/** The words of a language. What the vendors' codes mean is in their tables. */
export const load = async (
  language: Language,
  vendors: ReadonlyArray<Pick<Vendor, "codes">> = [],
): Promise<Words> => {
  if (language === "en") return en
  const { zh } = await import("./zh.ts")
  const tables = await Promise.all(
    vendors.flatMap(({ codes }) => (codes === undefined ? [] : [codes()])),
  )
  const texts = tables
    .flat()
    .flatMap(({ rows }) => rows)
    .flatMap(({ advice, meaning }) => (advice === undefined ? [meaning] : [meaning, advice]))
  return zh(new Map(texts.map((text) => [text.en, text.zh])))
}

export { en }
