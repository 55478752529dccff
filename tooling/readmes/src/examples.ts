/** The examples in a document. */

export interface Example {
  readonly language: "ts" | "js"
  readonly code: string
}

/** In the order of the document: its blocks in TypeScript and JavaScript. */
export const examplesIn = (markdown: string): ReadonlyArray<Example> =>
  [...markdown.matchAll(/^```(ts|js)\n([^]*?)^```$/gm)].map(([, language, code = ""]) => ({
    language: language === "js" ? "js" : "ts",
    code,
  }))

/** The text of the docstring right before a declaration, as Markdown. */
export const docstringOf = (source: string, declaration: string): string =>
  source
    .slice(0, source.indexOf(declaration))
    .split("/**")
    .at(-1)!
    .replaceAll(/^[ \t]*\* ?/gm, "")
