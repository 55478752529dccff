/**
 * The comment at the head of a file, where it is about the file: where an import, another comment or an
 * empty line follows. One that a declaration follows belongs to that.
 */

export interface Header {
  readonly summary: string
  /** Such as `@see`, with what stands behind it. */
  readonly tags: ReadonlyArray<{ readonly name: `@${string}`; readonly text: string }>
}

const header = /^\/\*\*([\s\S]*?)\*\/(?=\n\n|\s*(?:import\b|export (?:type )?[*{]|\/\*\*))/

/** @param source of a whole file */
export const headerOf = (source: string): Header | undefined => {
  const text = header.exec(source)?.[1]?.replaceAll(/^[ \t]*\* ?/gm, "")
  if (text === undefined) return undefined
  const [summary = "", ...tags] = text.split(/^@(?=\w)/m)
  return {
    summary: summary.trim(),
    tags: tags.map((tag) => {
      const [name = "", ...words] = tag.split(" ")
      return { name: `@${name}`, text: words.join(" ").trim() }
    }),
  }
}
