import { Models } from "@zoetrope/volc-cv"
import { Effect } from "effect"
import stringWidth from "string-width"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { run } from "../src/Cli.ts"
import type { Vendor } from "../src/Vendor.ts"

const vendor: Vendor = {
  contract: 1,
  id: "volc-cv",
  title: "Volcengine cv",
  models: Models.all,
  variables: {
    credentials: ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
    others: [],
    baseUrl: "VOLC_BASE_URL",
  },
  open: () => Effect.die("no help text opens an account"),
}

let stdout = ""
let stderr = ""
beforeEach(() => {
  stdout = ""
  stderr = ""
  vi.spyOn(process.stdout, "write").mockImplementation((text: unknown, done?: unknown) => {
    stdout += String(text)
    if (typeof done === "function") (done as () => void)()
    return true
  })
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    stderr += String(text)
    return true
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

const zoetrope = (...args: ReadonlyArray<string>) => Effect.runPromise(run([vendor], args))

describe("--help", () => {
  it.each([
    "",
    "generate",
    "wait",
    "models",
    "models show",
    "doctor",
    "sign",
    "simulate",
    "demo",
    ...Models.all.map((model) => `generate ${model.id}`),
  ])("of zoetrope %s has examples and fits the terminal", async (path) => {
    expect(await zoetrope(...path.split(" ").filter((word) => word !== ""), "--help")).toBe(0)
    expect(stdout).toMatch(/Examples\n(.*\n)* +zoetrope /)
    expect(stderr).toBe("")
    // What is to be copied whole keeps its line: a word, a form.
    const prose = stdout.split("\n").filter((line) => !/https?:\/\/|[{|']/.test(line))
    for (const line of prose) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  it("shows the flags of a model with types, choices, defaults and a worked example", async () => {
    await zoetrope("generate", "jimeng_ti2v_v30_pro", "--help")
    expect(stdout).toContain("--aspect-ratio 16:9|4:3|1:1|3:4|9:16|21:9")
    expect(stdout).toContain("--image FILE|URL")
    expect(stdout).toContain("Default: 121")
    expect(stdout).toContain("zoetrope generate volc-cv/jimeng-video-3.0-pro --prompt '千军万马'")
    expect(stdout).not.toContain("aspect_ratio")
  })
})

describe("usage errors", () => {
  it("exit 2, and the nearest names for a model that is none", async () => {
    expect(await zoetrope("generate", "lip-sync", "--url", "x")).toBe(2)
    expect(stderr.replaceAll(/\s+/g, " ")).toMatch(
      /no model "lip-sync"; the nearest: volc-cv\/lip-sync-/,
    )
    expect(stdout).toBe("")
  })

  it("exit 2 for a flag that is none, with a guess", async () => {
    expect(await zoetrope("generate", "volc-cv/lip-sync-lite", "--ulr", "x")).toBe(2)
    expect(stderr).toContain("--url")
  })

  it("exit 2 for a value that is none, as JSON where that was asked for", async () => {
    expect(await zoetrope("generate", "jimeng_ti2v_v30_pro", "--frames", "122", "--json")).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      error: { exitCode: 2, kind: "BadInput", message: expect.stringContaining('"121" | "241"') },
    })
  })

  it("exit 2 where a model or a command is missing, so that an empty variable is no success", async () => {
    expect(await zoetrope("generate")).toBe(2)
    expect(await zoetrope("generate", "")).toBe(2)
  })

  it("takes the document's own spelling of a flag", async () => {
    expect(await zoetrope("generate", "jimeng_ti2v_v30_pro", "--aspect_ratio", "2:1")).toBe(2)
    expect(stderr).toContain("16:9")
    expect(stderr).not.toContain("nrecognized")
  })
})

describe("models", () => {
  it("lists ids as JSON, and one model's JSON Schema", async () => {
    expect(await zoetrope("models", "--json")).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject(Models.all.map(({ alias, id }) => ({ alias, id })))
    stdout = ""
    expect(await zoetrope("models", "show", "realman_change_lips", "--json-schema")).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: expect.arrayContaining(["url", "pure_audio_url"]),
    })
  })

  it("shows fields, limits and documents with their dates", async () => {
    expect(await zoetrope("models", "show", "volc-cv/lip-sync-lite")).toBe(0)
    expect(stdout).toContain("pure_audio_url URL, required")
    expect(stdout).toContain("remembered for")
    expect(stdout).toMatch(/https:\/\/\S+/)
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/changed \d{4}-\d\d-\d\d/)
  })
})
