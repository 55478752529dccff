/** A provider is made in a copy of the repository, and everything is asked of it that is asked here. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { createProvider } from "../src/createProvider.ts"
import { type Clone, makeClone } from "./clone.ts"
import { finish } from "./finish.ts"
import { redTests } from "./redTests.ts"

const create = "tooling/create-provider/src/main.ts"
const name = "a-vendor-with-quite-a-long-name"
const made = `packages/${name}`
const readmes = ["README.md", "README.zh-CN.md"]

let clone: Clone
beforeAll(() => {
  clone = makeClone()
})
afterAll(() => clone.remove())

/** Every file with its text. */
const contents = (): ReadonlyMap<string, string> =>
  new Map(
    ["packages", ".changeset", "tsconfig.json", ...readmes]
      .flatMap((path) => filesIn(path))
      .map((path) => [path, readFileSync(join(clone.root, path), "utf8")]),
  )

const filesIn = (path: string): ReadonlyArray<string> => {
  if (!statSync(join(clone.root, path)).isDirectory()) return [path]
  return readdirSync(join(clone.root, path))
    .filter((entry) => entry !== "node_modules" && entry !== "dist")
    .flatMap((entry) => filesIn(`${path}/${entry}`))
}

describe("what cannot be made", () => {
  const refused: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
    [[], /one name is needed\nusage: /],
    [["one", "two"], /one name is needed/],
    [["--force", "one"], /--force/],
    [["Acme"], /the name "Acme" cannot be used; allowed: .*such as acme-video/],
    [["acme_video"], /the name "acme_video"/],
    [["acme--video"], /the name/],
    [["-acme"], /-a/],
    [["2acme"], /the name/],
    [["../acme"], /the name/],
    [["x".repeat(41)], /at most 40 characters/],
    [["core"], /the name core is taken/],
    [["cli"], /the name cli is taken/],
    [["acme", "--dir", "acme"], /the directory "acme" cannot be used; allowed: packages\/FOLDER/],
    [["acme", "--dir", "packages/../acme"], /the directory/],
    [["acme", "--dir", "packages/a/b"], /the directory/],
    [["acme", "--dir", "packages/Acme"], /the name "Acme"/],
    [["acme", "--dir", "packages/core"], /packages\/core is there already/],
  ]

  it.each(refused)("%j is refused with its reason, and nothing is written", async (args, told) => {
    const before = contents()
    const { code, out } = await clone.node(create, ...args)
    expect(out).toMatch(told)
    expect(out).toMatch(/^create-provider: [\s\S]*\nNothing was written\.\n$/)
    expect(code).toBe(2)
    expect(contents()).toEqual(before)
  })

  it("a folder that is no repository is refused", async () => {
    const making = createProvider(join(clone.root, "packages"), "acme")
    await expect(making).rejects.toThrow(/packages is not the root of the repository/)
  })

  it("where the last file cannot be written, those before it are taken back", async () => {
    const moved = readFileSync(join(clone.root, ".changeset/README.md"))
    rmSync(join(clone.root, ".changeset"), { recursive: true })
    writeFileSync(join(clone.root, ".changeset"), "in the way")
    const before = contents()
    const { code, out } = await clone.node(create, "acme")
    expect(out).toMatch(/ENOTDIR|EEXIST/)
    expect(code).toBe(1)
    expect(contents()).toEqual(before)
    expect(readdirSync(join(clone.root, "packages"))).not.toContain("acme")
    rmSync(join(clone.root, ".changeset"))
    clone.write(".changeset/README.md", moved.toString())
  })
})

describe("what is made", () => {
  let before: ReadonlyMap<string, string>
  beforeAll(async () => {
    before = contents()
    const { code, out } = await clone.node(create, name)
    expect(out).toContain(`The provider ${name} is there`)
    expect(code).toBe(0)
    const manifest = JSON.parse(clone.read(`${made}/package.json`)) as Manifest
    clone.link(made, Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }))
  })

  it("is a package beside the others, its changeset, and an entry in three files", () => {
    const after = contents()
    const changed = [...after].filter(([path, text]) => before.get(path) !== text)
    expect(changed.map(([path]) => path).filter((path) => !path.startsWith(made))).toEqual([
      `.changeset/${name}.md`,
      "tsconfig.json",
      ...readmes,
    ])
    expect(clone.read("tsconfig.json")).toContain(`"path": "${made}"`)
    const row = `\\| \\[\`@zoetrope/${name}\`\\]\\(${made}\\) +\\| A Vendor With Quite A Long Name +\\|`
    for (const readme of readmes) expect(clone.read(readme)).toMatch(new RegExp(row))
    expect(clone.read(`.changeset/${name}.md`)).toMatch(
      new RegExp(
        `^---\n"@zoetrope/${name}": minor\n---\n\nA Vendor [\\s\\S]*A_VENDOR_WITH_QUITE_A_LONG_NAME_API_KEY`,
      ),
    )
    expect([...after.values()].join("\n").toLowerCase()).not.toMatch(/placeholder[-_ ]name/)
  })

  it("has the files that the worked example has", () => {
    const sources = (root: string) => [
      ...readdirSync(join(root, "src")),
      ...readdirSync(join(root, "simulator")),
    ]
    expect(sources(join(clone.root, made))).toEqual(sources(join(clone.root, "examples/acme")))
  })

  it.each([
    ["typechecks", "node_modules/typescript/bin/tsc", "-b", made],
    ["is linted", "node_modules/oxlint/bin/oxlint", made],
    ["is formatted", "node_modules/oxfmt/bin/oxfmt", "--check", made, ...readmes, "tsconfig.json"],
    ["keeps the architecture", "tooling/architecture/src/main.ts"],
  ])("%s", { timeout: 100_000 }, async (_what, script, ...args) => {
    const { code, out } = await clone.node(script, ...args)
    expect({ code, out: code === 0 ? "" : out }).toEqual({ code: 0, out: "" })
  })

  const model = `${name}/model-1`

  it("is red where it is unfinished, and says what is missing", { timeout: 100_000 }, async () => {
    const { total, red } = await redTests(clone, name)
    const { "nothing is left unfinished": marks, ...suite } = red
    expect(suite).toEqual({
      "a provider and its models describe themselves": [
        `${model}: it has no English title and summary`,
        `${model}: it has no example`,
        `${model}: its limits let nothing through`,
        `${model}: its longest time is under its usual one`,
        `${model}: its pauses are not in order`,
        `${model}: its retention or its link life is not above 0`,
        `${model}: a document has no title or address: `,
        `${model}: a document has no date: `,
        `${model}: the field prompt is not described`,
        `${model}: the subject has none of its badInputs`,
      ],
      "good credentials are told from bad ones, and bad ones cost no task": [
        "check with the right credentials: unclear; wanted well",
        "check with a wrong secret: unclear; wanted wrong-secret or wrong-key or wrong-token",
        "submit with a wrong secret: UnknownCode, code UNFINISHED-wrong-key, verdict stop; wanted Unauthorized, stop",
        "poll with a wrong secret: Unavailable, code UNFINISHED-wrong-key, verdict wait; wanted Unauthorized, wait",
      ],
      "a link says when it dies, and a dead one is renewed by asking again": [
        expect.stringMatching(
          /^\S+: the link is said to die in -?[\d.e-]+ s; wanted at most 3600 s/,
        ),
      ],
      "a plugin opens the account that its variables hold, and is the provider that it names": [
        ...["title/en", "title/zh", "summary/en", "summary/zh"].map(
          (path) =>
            `is no plugin: its /models/0/${path} Expected a value with a length of at least 1`,
        ),
        ...[
          "limits/inFlight",
          "limits/callsPerSecond",
          "timing/usual",
          "timing/longest",
          "timing/poll/floor",
          "timing/poll/ceiling",
          "timing/retention",
          "timing/link",
        ].map((path) => `is no plugin: its /models/0/${path} Expected a value greater than 0`),
      ],
      "a documented code gives its documented verdict": [
        "the subject has no codes for a submit",
        "the subject has no codes for a poll",
      ],
      "a task that the service does not know is shown to a person": [
        `${model}, an unknown id, 1 s after its submit: UnknownCode, code UNFINISHED-not-found, verdict stop ends the wait`,
        `${model}, an unknown id, an hour after its submit: UnknownCode, code UNFINISHED-not-found, verdict stop is not left to a person`,
        "a task older than its retention, 1 s after its submit: UnknownCode, code UNFINISHED-not-found, verdict stop ends the wait",
        "a task older than its retention, an hour after its submit: UnknownCode, code UNFINISHED-not-found, verdict stop is not left to a person",
      ],
    })
    expect(total).toBeGreaterThan(30)
    // Every file of which a vendor's document must be asked something.
    const files = new Set(marks?.map((mark) => mark.replace(/:\d+ .*$/s, "")))
    expect([...files]).toEqual([
      "README.md",
      "simulator/Codes.ts",
      "simulator/dialect.ts",
      "src/Client.ts",
      "src/Codes.ts",
      "src/Health.ts",
      "src/Models.ts",
      "src/Provider.ts",
      "src/Schema.ts",
      "src/readPoll.ts",
      "src/readSubmit.ts",
      "test/suite.test.ts",
    ])
  })

  it("is green when the blanks are filled in", { timeout: 100_000 }, async () => {
    finish(clone, made)
    expect((await redTests(clone, name)).red).toEqual({})
    const { out } = await clone.node("node_modules/typescript/bin/tsc", "-b", made)
    expect(out).toBe("")
  })

  it("is as Effect would have it", { timeout: 100_000 }, async () => {
    const { code, out } = await clone.node(
      "node_modules/@effect/tsgo/dist/effect-tsgo.cjs",
      "diagnostics",
      "--project",
      `${made}/tsconfig.build.json`,
      "--strict",
    )
    expect({ code, out: code === 0 ? "" : out }).toEqual({ code: 0, out: "" })
  })

  // What `./zoe reference` would miss, and no unfinished part could show.
  it("has a docstring for all that it exports, also where the marks are taken away", () => {
    const undocumented = readdirSync(join(clone.root, made, "src")).flatMap((file) => {
      const text = clone.read(`${made}/src/${file}`)
      const found = text.matchAll(/(?<!\*\/)\nexport (?:const|class|function) (\w+)/g)
      return [...found].map(([, what]) => `${file} ${what}`)
    })
    expect(undocumented).toEqual([])
  })
})

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}
