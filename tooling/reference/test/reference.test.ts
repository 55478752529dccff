import { join } from "node:path"
import { type DeclarationReflection, LogLevel, Logger, type ProjectReflection } from "typedoc"
import { assert, beforeAll, describe, expect, it } from "vitest"
import { application } from "../src/application.ts"
import { packagesOf, publicModules } from "../src/publicModules.ts"
import { validate } from "../src/validate.ts"

const root = join(import.meta.dirname, "fixtures")

/** Two packages: `film` is well described; of `lens` each thing is wrong that can be. */
const modules = publicModules(root)
const complaints: Array<string> = []
let project: ProjectReflection

class Complaints extends Logger {
  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) complaints.push(message)
  }
}

beforeAll(async () => {
  const app = await application({
    root,
    modules,
    tsconfig: join(root, "tsconfig.json"),
    welcome: join(root, "welcome.md"),
    documents: [],
  })
  app.logger = new Complaints()
  project = (await app.convert()) ?? assert.fail("it was not converted")
  validate(app, project, packagesOf(modules))
})

const find = (...names: ReadonlyArray<string>): DeclarationReflection => {
  let found: DeclarationReflection | undefined
  for (const name of names) {
    found = (found ?? project).children?.find((child) => child.name === name)
    if (found === undefined) assert.fail(`there is no ${name}`)
  }
  return found ?? assert.fail("no names")
}

const textOf = (parts: ReadonlyArray<{ readonly text: string }> = []): string =>
  parts.map(({ text }) => text).join("")

describe("the modules", () => {
  it("are what published packages export by name, under that name", () => {
    expect(modules.map(({ name }) => name)).toEqual([
      "@fixture/film",
      "@fixture/film/projector",
      "@fixture/lens",
    ])
    expect(project.children?.map(({ name }) => name)).toEqual(modules.map(({ name }) => name))
  })

  it("are described by the head of their file, and packages by their README", () => {
    expect(textOf(find("@fixture/film").comment?.summary)).toBe("Everything about films.")
    expect(textOf(find("@fixture/film", "Reel").comment?.summary)).toBe("What a film is wound on.")
    expect(find("@fixture/film", "Reel").comment?.blockTags.map(({ tag }) => tag)).toEqual(["@see"])
    expect(textOf(find("@fixture/film").readme)).toContain("Looks through")
    expect(find("@fixture/film/projector").readme).toBeUndefined()
  })
})

describe("a function made by another one", () => {
  it("has its parameters one by one, and which of them may be left out", () => {
    const [signature] = find("@fixture/film", "Reel", "play").signatures ?? []
    expect(
      signature?.parameters?.map(({ flags, name }) => (flags.isOptional ? `${name}?` : name)),
    ).toEqual(["frames", "options?"])
    expect(textOf(signature?.comment?.summary)).toBe("Plays from the first frame on; see stop.")
  })
})

describe("a service", () => {
  it("has the members of what it provides, and not the type of its base", () => {
    const cutter = find("@fixture/film", "Cutter")
    expect(cutter.groups?.map(({ title }) => title)).toContain("Service")
    expect(textOf(find("@fixture/film", "Cutter", "cut").comment?.summary)).toBe(
      "Makes two of one.",
    )
    expect(cutter.extendedTypes).toBeUndefined()
  })
})

describe("what is wrong", () => {
  const of = (name: string) => complaints.filter((complaint) => complaint.includes(name))

  it("is nothing in what is well described", () => {
    expect(of("@fixture/film")).toEqual([])
  })

  it.each([
    ["a module without a header", "@fixture/lens (Module)"],
    ["a function without a docstring", "@fixture/lens.polish"],
    ["a class without a docstring", "@fixture/lens.Lens"],
    ["a field of options without a docstring", "GrindOptions.grit"],
    ["a type of a signature that is not exported", "Glass"],
    ["a link to a name that is not there", "Nobody"],
    ["a link to a file that is not there", "nowhere.md"],
  ])("is %s", (_, name) => {
    expect(of(name)).toHaveLength(1)
  })

  it("is nothing else", () => {
    expect(complaints).toHaveLength(7)
  })
})
