import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest"
import { answer, type Manual } from "../src/help/Manual.ts"
import { type Screen, screenOf } from "../src/terminal/Screen.ts"
import { inProcess, said } from "./inProcess.ts"

const zoetrope = inProcess([VolcCv.plugin, Vidu.plugin])

const directory = mkdtempSync(join(tmpdir(), "zoetrope-manual-"))
afterAll(() => rmSync(directory, { recursive: true }))

const file = pathToFileURL(join(directory, "manual.json"))
const config = join(directory, "config.json")
const environment = { ZOETROPE_CONFIG: config, ZOETROPE_LANG: "en" }
const screen: Screen = { columns: 80, paint: (_, text) => text }

/** As the build writes it. */
const write = async (): Promise<Manual> => {
  await zoetrope("--help", "--json")
  const text = said.stdout
  said.stdout = ""
  writeFileSync(file, text)
  return JSON.parse(text) as Manual
}

describe("a written manual", () => {
  beforeEach(async () => {
    rmSync(config, { force: true, recursive: true })
    await write()
  })

  it.each(["en", "zh"] as const)(
    "says in %s what the program says, byte for byte",
    async (lang) => {
      vi.stubEnv("ZOETROPE_LANG", lang)
      const pages = (await write())[lang]
      // Of the root, of every command, and of every model under both of its names.
      const paths = pages.flatMap(({ aliases, path }) => [
        path,
        ...aliases.map((alias) => [...path.slice(0, -1), alias]),
      ])
      expect(paths.length).toBeGreaterThan(30)
      for (const path of paths) {
        said.stdout = ""
        // oxlint-disable-next-line eslint/no-await-in-loop -- there is one stdout
        expect(await zoetrope(...path, "--help")).toBe(0)
        const known = answer([...path, "--help"], process.env, screenOf(process.stdout), file)
        expect(`${known}\n`).toBe(said.stdout)
      }
    },
  )

  it.each([40, 72, 200])("fits a terminal of %s columns, in its colours", async (columns) => {
    Object.assign(process.stdout, { isTTY: true, columns })
    try {
      vi.stubEnv("FORCE_COLOR", "1")
      await zoetrope("generate", "vidu/img2video", "-h")
      const known = answer(
        ["generate", "vidu/img2video", "-h"],
        process.env,
        screenOf(process.stdout),
        file,
      )
      expect(known).toContain("\u001B[1m")
      expect(`${known}\n`).toBe(said.stdout)
    } finally {
      Object.assign(process.stdout, { isTTY: false, columns: undefined })
    }
  })

  it("answers no words at all, and the version", async () => {
    await zoetrope()
    expect(`${answer([], process.env, screen, file)}\n`).toBe(said.stdout)
    said.stdout = ""
    await zoetrope("--version")
    expect(`${answer(["-v"], process.env, screen, file)}\n`).toBe(said.stdout)
  })

  it.each([
    [["models"]],
    [["help"]],
    [["nonsense", "--help"]],
    [["generate", "nonsense", "--help"]],
    [["generate vidu/img2video", "--help"]],
    [["list", "--json", "--help"]],
    [["--help", "list"]],
    [["--", "--help"]],
    [["", "--help"]],
    [["list", "--version"]],
  ])("leaves %j to the program", (argv) => {
    expect(answer(argv, environment, screen, file)).toBeUndefined()
  })

  it("leaves everything to the program where a config file may name providers", () => {
    const asked = () => [["--help"], ["-v"]].map((argv) => answer(argv, environment, screen, file))
    const none = [undefined, undefined]
    expect(asked()).not.toContain(undefined)
    writeFileSync(config, '{"accounts": {}}')
    expect(asked()).not.toContain(undefined)
    for (const text of ['{"providers": []}', '{"provid\\u0065rs": ["a"]}', "{", "null", ""]) {
      writeFileSync(config, text)
      expect(asked()).toEqual(none)
    }
    rmSync(config)
    mkdirSync(config)
    expect(asked()).toEqual(none)
  })

  it("leaves help to the program where there is none, or none that can be read", () => {
    for (const text of [undefined, "", "{}", '{"en": ']) {
      if (text === undefined) rmSync(file)
      else writeFileSync(file, text)
      expect(answer(["--help"], environment, screen, file)).toBeUndefined()
      expect(answer(["--version"], environment, screen, file)).toMatch(/^zoetrope \d/)
    }
  })
})

it("loads nothing beside it but the width of characters", () => {
  const source = (name: string) => JSON.stringify(new URL(`../src/${name}`, import.meta.url))
  const program = `import { registerHooks } from "node:module"
    registerHooks({
      load: (url, context, next) => {
        const name = /.*\\/node_modules\\/([^/]+)/.exec(url)?.[1]
        if (name !== undefined) console.log(name)
        return next(url, context)
      },
    })
    await Promise.all([import(${source("help/Manual.ts")}), import(${source("terminal/Screen.ts")})])`
  const { stderr, stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { encoding: "utf8" },
  )
  expect(stderr).toBe("")
  expect(new Set(stdout.trim().split("\n"))).toEqual(
    new Set(["fast-string-width", "fast-string-truncated-width"]),
  )
})

describe("--help --json", () => {
  it("is the page of a command and of all below it", async () => {
    expect(await zoetrope("models", "--json", "--help")).toBe(0)
    const manual = JSON.parse(said.stdout) as Manual
    expect(manual.en.map(({ path }) => path)).toEqual([["models"], ["models", "show"]])
    expect(manual.zh.map(({ path }) => path)).toEqual([["models"], ["models", "show"]])
    expect(manual.zh).not.toEqual(manual.en)
  })
})
