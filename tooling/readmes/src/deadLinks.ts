/** Links of Markdown documents to files and headings of the same repository that are not there. Pure. */
import GithubSlugger from "github-slugger"
import MarkdownIt from "markdown-it"
import { posix } from "node:path"

const markdown = new MarkdownIt()

/** The text of each document by its path; whether there is a file or a folder of a path. */
export const deadLinks = (
  documents: ReadonlyMap<string, string>,
  exists: (path: string) => boolean,
): ReadonlyArray<string> => {
  const anchors = new Map([...documents].map(([path, text]) => [path, anchorsIn(text)]))
  const leadsSomewhere = (from: string, link: string): boolean => {
    const [file = "", anchor] = decodeURIComponent(link).split("#", 2)
    const path = file === "" ? from : posix.join(posix.dirname(from), file)
    return anchor === undefined ? exists(path) : anchors.get(path)?.has(anchor) === true
  }
  return [...documents].flatMap(([from, text]) =>
    linksIn(text)
      .filter((link) => !/^[a-z]+:/i.test(link) && !leadsSomewhere(from, link))
      .map((link) => `${from}: ${link}`),
  )
}

const linksIn = (text: string): ReadonlyArray<string> =>
  markdown
    .parse(text, {})
    .flatMap(({ children }) =>
      (children ?? []).flatMap((token) => token.attrGet("href") ?? token.attrGet("src") ?? []),
    )

/** Headings as GitHub names them (in lower case, with dashes, a repeated one with a number), and ids. */
const anchorsIn = (text: string): ReadonlySet<string> => {
  const slugger = new GithubSlugger()
  const tokens = markdown.parse(text, {})
  const headings = tokens
    .filter((_, index) => tokens[index - 1]?.type === "heading_open")
    .map(({ children }) => slugger.slug((children ?? []).map(({ content }) => content).join("")))
  const ids = [...text.matchAll(/<\w+ id="([^"]+)">/g)].map(([, id = ""]) => id)
  return new Set([...headings, ...ids])
}
