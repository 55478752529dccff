import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { Effect } from "effect"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import type { Vendor } from "../src/Vendor.ts"
import { inProcess, said } from "./inProcess.ts"

const open = () => Effect.die("no help text opens an account")
const models = [...VolcCv.Models.all, ...Vidu.Models.all]
const vendors: ReadonlyArray<Vendor> = [
  {
    contract: 1,
    id: "volc-cv",
    title: "Volcengine cv",
    models: VolcCv.Models.all,
    variables: {
      credentials: ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
      others: [],
      baseUrl: "VOLC_BASE_URL",
    },
    open,
  },
  {
    contract: 1,
    id: "vidu",
    title: "Vidu",
    models: Vidu.Models.all,
    variables: { credentials: ["VIDU_API_KEY"], others: [], baseUrl: "VIDU_BASE_URL" },
    open,
  },
]

const zoetrope = inProcess(vendors)

describe("--help", () => {
  it.each([
    "",
    "generate",
    "wait",
    "list",
    "show",
    "cancel",
    "settle",
    "rm",
    "stats",
    "credits",
    "models",
    "models show",
    "doctor",
    "sign",
    "simulate",
    "demo",
    ...models.map((model) => `generate ${model.id}`),
  ])("of zoetrope %s has examples and fits the terminal", async (path) => {
    expect(await zoetrope(...path.split(" ").filter((word) => word !== ""), "--help")).toBe(0)
    expect(said.stdout).toMatch(/Examples\n(.*\n)* +zoetrope /)
    expect(said.stderr).toBe("")
    // What is to be copied whole keeps its line: a word, a form.
    const prose = said.stdout.split("\n").filter((line) => !/https?:\/\/|[{|']/.test(line))
    for (const line of prose) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  it("shows the flags of a model with types, choices, defaults and a worked example", async () => {
    await zoetrope("generate", "jimeng_ti2v_v30_pro", "--help")
    expect(said.stdout).toContain("--aspect-ratio 16:9|4:3|1:1|3:4|9:16|21:9")
    expect(said.stdout).toContain("--image FILE|URL")
    expect(said.stdout).toContain("Default: 121")
    expect(said.stdout).toContain(
      "zoetrope generate volc-cv/jimeng-video-3.0-pro --prompt '千军万马'",
    )
    expect(said.stdout).not.toContain("aspect_ratio")
  })
})

describe("usage errors", () => {
  it("exit 2, and the nearest names for a model that is none", async () => {
    expect(await zoetrope("generate", "lip-sync", "--url", "x")).toBe(2)
    expect(said.stderr.replaceAll(/\s+/g, " ")).toMatch(
      /no model "lip-sync"; the nearest: volc-cv\/lip-sync-/,
    )
    expect(said.stdout).toBe("")
  })

  it("exit 2 for a flag that is none, with a guess", async () => {
    expect(await zoetrope("generate", "volc-cv/lip-sync-lite", "--ulr", "x")).toBe(2)
    expect(said.stderr).toContain("--url")
  })

  it("exit 2 for a value that is none, as JSON where that was asked for", async () => {
    expect(await zoetrope("generate", "jimeng_ti2v_v30_pro", "--frames", "122", "--json")).toBe(2)
    expect(JSON.parse(said.stdout)).toMatchObject({
      error: { exitCode: 2, kind: "BadInput", message: expect.stringContaining('"121" | "241"') },
    })
  })

  it("exit 2 where a model or a command is missing, so that an empty variable is no success", async () => {
    expect(await zoetrope("generate")).toBe(2)
    expect(await zoetrope("generate", "")).toBe(2)
  })

  it("exit 2 for a fault that is none, whose grammar is printed on request", async () => {
    expect(await zoetrope("simulate", "--fault", "poll:nonsense")).toBe(2)
    expect(said.stderr).toContain("nonsense")
    expect(await zoetrope("simulate", "--faults")).toBe(0)
    expect(said.stdout).toContain("OPERATION:KIND")
  })

  it("takes the document's own spelling of a flag", async () => {
    expect(await zoetrope("generate", "jimeng_ti2v_v30_pro", "--aspect_ratio", "2:1")).toBe(2)
    expect(said.stderr).toContain("16:9")
    expect(said.stderr).not.toContain("nrecognized")
  })
})

describe("models", () => {
  it("lists ids as JSON, and one model's JSON Schema", async () => {
    expect(await zoetrope("models", "--json")).toBe(0)
    expect(JSON.parse(said.stdout)).toMatchObject(models.map(({ alias, id }) => ({ alias, id })))
    said.stdout = ""
    expect(await zoetrope("models", "show", "realman_change_lips", "--json-schema")).toBe(0)
    expect(JSON.parse(said.stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      required: expect.arrayContaining(["url", "pure_audio_url"]),
    })
  })

  it("shows fields, limits and documents with their dates", async () => {
    expect(await zoetrope("models", "show", "volc-cv/lip-sync-lite")).toBe(0)
    expect(said.stdout).toContain("pure_audio_url URL, required")
    expect(said.stdout).toContain("remembered for")
    expect(said.stdout).toMatch(/https:\/\/\S+/)
    expect(said.stdout.replaceAll(/\s+/g, " ")).toMatch(/changed \d{4}-\d\d-\d\d/)
  })
})
