/** The guide leads to what is there, and names what the tool writes. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, it } from "vitest"

const docs = join(import.meta.dirname, "../../../docs")
const guide = readFileSync(join(docs, "adding-a-provider.md"), "utf8")

it("has no link that leads nowhere", () => {
  const links = [...guide.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, path = ""]) => path)
  expect(links.length).toBeGreaterThan(5)
  expect(links.filter((path) => !existsSync(join(docs, path)))).toEqual([])
})

it("names only files that the tool writes", () => {
  const files = [...guide.matchAll(/`((?:src|simulator|test)\/[\w./]*)`/g)].map(
    ([, path = ""]) => path,
  )
  expect(files.length).toBeGreaterThan(5)
  const template = join(import.meta.dirname, "../template")
  expect(files.filter((path) => !existsSync(join(template, path)))).toEqual([])
})
