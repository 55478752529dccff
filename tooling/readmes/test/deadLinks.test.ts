import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { deadLinks } from "../src/deadLinks.ts"

const root = join(import.meta.dirname, "../../..")

describe("links between documents", () => {
  const documents = new Map([
    [
      "README.md",
      `# One \`thing\` & more

[a](docs/a.md) [a folder](docs) [itself](#one-thing--more) [elsewhere](https://example.com/x.md#y)
[a heading](docs/a.md#two-1) [an id](docs/a.md#Here) [中文](docs/a.md#错误)
[dead](docs/b.md) [dead](#nowhere) [dead](docs/a.md#three) ![dead](docs/a.svg)
`,
    ],
    [
      "docs/a.md",
      '# Two\n\n<a id="Here"></a>\n\n## Two\n\n## 错误\n\n[up](../README.md) [dead](README.md)\n\n`[code](x.md)`',
    ],
  ])

  it("are dead where there is no such file or heading", () => {
    const exists = (path: string) => documents.has(path) || path === "docs"
    expect(deadLinks(documents, exists)).toEqual([
      "README.md: docs/b.md",
      "README.md: #nowhere",
      "README.md: docs/a.md#three",
      "README.md: docs/a.svg",
      "docs/a.md: README.md",
    ])
  })

  it("all lead somewhere in this repository", () => {
    const list = execFileSync(
      "git",
      ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
      { cwd: root },
    )
    const paths = list
      .toString()
      .split("\n")
      .filter((path) => path !== "" && !/\/(template|fixtures)\//.test(path))
    const texts = paths
      .filter((path) => existsSync(join(root, path)))
      .map((path): [string, string] => [path, readFileSync(join(root, path), "utf8")])
    expect(texts.length).toBeGreaterThan(30)
    expect(deadLinks(new Map(texts), (path) => existsSync(join(root, path)))).toEqual([])
  })
})
