import { demoAccount, makeSimulator, type Simulator } from "@zoetrope/simulator"
import { dialect as vidu } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, expect, it } from "vitest"
import { docstringOf, type Example, examplesIn } from "../src/examples.ts"
import * as Program from "../src/Program.ts"

const root = join(import.meta.dirname, "../../..")
const read = (path: string): string => readFileSync(join(root, path), "utf8")
const firstOf = (markdown: string): Example => examplesIn(markdown)[0] ?? assert.fail("no example")
const readme = (folder: string): Example => firstOf(read(`${folder}/README.md`))
const taskRun = (): Example =>
  firstOf(docstringOf(read("packages/core/src/Task.ts"), "export const run ="))

const link = String.raw`http://127\.0\.0\.1:\d+/\S+`

/** All that the first example of each prints. */
const readmes: ReadonlyArray<readonly [folder: string, prints: RegExp]> = [
  ["packages/core", new RegExp(`^zt1\\.\\S+\n${link}\n$`)],
  ["packages/node", /^Submitting\nSubmitted\n(Polled\n)+\S+\/kite\.mp4 [0-9a-f]{64}\n$/],
  ["packages/simulator", /^503\nsuccess video\/mp4 \d{4,}\n[^]*\baccepted: 1,[^]*\n\}\n$/],
  ["packages/vidu", new RegExp(`^\\d+ \\d+ ${link}\n$`)],
  ["packages/volc-cv", new RegExp(`^Submitting\nSubmitted\n(Polled\n)+${link}\n$`)],
  [
    "packages/volc-signer",
    /^HMAC-SHA256 Credential=AKLTexample\/\d{8}\/cn-north-1\/cv\/request, SignedHeaders=content-type;host;x-content-sha256;x-date, Signature=[0-9a-f]{64}\n$/,
  ],
]

/** From here everything can be imported that an example imports. */
const cache = join(import.meta.dirname, "..", ".cache")

const start = (name: string, { code, language }: Example, env: Record<string, string> = {}) => {
  const file = language === "ts" ? "example.ts" : "example.mjs"
  const folder = join(cache, `${name.replace("/", "-")}-${process.pid}`)
  return Program.start({ folder, files: { [file]: code }, args: [file], env })
}

describe("the first example runs as it stands", () => {
  let simulator: Simulator
  beforeAll(async () => {
    simulator = await makeSimulator({ dialects: [volcCv, vidu], speed: 60 })
  })
  afterAll(() => simulator.close())

  /** What somebody has set who has an account. */
  const account = (): Record<string, string> => ({
    VOLC_ACCESS_KEY_ID: demoAccount.id,
    VOLC_SECRET_ACCESS_KEY: demoAccount.secret,
    VOLC_BASE_URL: simulator.url,
    VIDU_API_KEY: demoAccount.secret,
    VIDU_BASE_URL: simulator.url,
  })

  it.each(readmes)("in the README of %s", async (folder, prints) => {
    using program = start(folder, readme(folder))
    const { code, text } = await program.ended
    expect(text).toMatch(prints)
    expect(code).toBe(0)
  })

  it("in the README of packages/engine, and once more on what it left", async () => {
    const twice = `import { spawnSync } from "node:child_process"
for (const _ of "12") spawnSync(process.execPath, ["example.ts"], { stdio: "inherit" })`
    using program = Program.start({
      folder: join(cache, `engine-twice-${process.pid}`),
      files: { "example.ts": readme("packages/engine").code, "twice.mjs": twice },
      args: ["twice.mjs"],
    })
    const { text } = await program.ended
    expect(text).toMatch(/^(done artifacts\/[0-9a-f]{2}\/[0-9a-f]{62}\n)\1$/)
  })

  it("in the docstring of Task.run", async () => {
    using program = start("task-run", taskRun(), account())
    const { code, text } = await program.ended
    expect(text).toMatch(new RegExp(`^zt1\\.\\S+\n${link}\n$`))
    expect(code).toBe(0)
  })

  it("in the README of apps/server, and of packages/api against it", async () => {
    using server = start("server", readme("apps/server"), { ...account(), PORT: "0" })
    const [, url = ""] = await server.printed(/listening on (http:\S+)\n/)
    using client = start("api", readme("packages/api"), { ZOETROPE_URL: url })
    expect(await client.ended).toEqual({
      code: 0,
      text: expect.stringMatching(/^[0-9a-z]{12} queued\n$/),
    })
    server.interrupt()
    // As a shell counts a program that ends by Ctrl-C.
    expect((await server.ended).code).toBe(130)
  })

  it("in the README of packages/provider-kit, beside the provider that it is about", async () => {
    const [make, suite] = examplesIn(read("packages/provider-kit/README.md"))
    const acme = join(root, "examples/acme")
    using vitest = Program.start({
      folder: join(acme, ".cache"),
      files: { "make.ts": make!.code, "suite.test.ts": suite!.code },
      args: [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", acme, ".cache"],
      env: { NO_COLOR: "1" },
    })
    const { code, text } = await vitest.ended
    expect(text).toMatch(/ Tests {2}\d+ passed \(\d+\)\n/)
    expect(code).toBe(0)
  })
})

it("the first examples in TypeScript compile under strict settings", async () => {
  const folders = [
    ...readmes.map(([folder]) => folder),
    "packages/engine",
    "packages/api",
    "apps/server",
  ]
  const files = folders.flatMap((folder): Array<[string, string]> => {
    const { code, language } = readme(folder)
    return language === "ts" ? [[`${folder.replace("/", "-")}.ts`, code]] : []
  })
  using tsc = Program.start({
    folder: join(cache, `types-${process.pid}`),
    files: {
      ...Object.fromEntries(files),
      "task-run.ts": taskRun().code,
      "wrong.ts": "export const wrong: number = '1'",
      "tsconfig.json": JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }),
    },
    args: [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"],
  })
  const { text } = await tsc.ended
  // Packages are their sources here, which are checked by their own settings and not by these.
  const wrong = text.split("\n").filter((line) => /^[\w-]+\.ts\(/.test(line))
  expect(wrong).toEqual([expect.stringMatching(/^wrong\.ts\(1,14\): error TS2322/)])
})

it("the README of packages/core names every module", () => {
  const exported = read("packages/core/src/index.ts").matchAll(/^export \* as (\w+) from/gm)
  const modules = [...exported].map(([, name]) => name)
  const rows = read("packages/core/README.md").matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)
  const named = [...rows].flatMap(([, names = ""]) => names.replaceAll("`", "").split(", "))
  expect(new Set(named)).toEqual(new Set(modules))
})
