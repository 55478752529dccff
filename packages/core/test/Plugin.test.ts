import { Effect, Result, Schema } from "effect"
import { expect, it } from "vitest"
import * as Plugin from "../src/Plugin.ts"
import { model } from "./support/fakeProvider.ts"

const plugin: Plugin.Plugin = {
  contract: Plugin.contract,
  id: "fake",
  title: "Fake",
  models: [model],
  variables: { credentials: ["FAKE_KEY"], others: [], baseUrl: "FAKE_BASE_URL" },
  open: () => Effect.die("no test opens it"),
}

it("takes what a provider package exports, and nothing besides the contract", () => {
  expect(Plugin.read(plugin)).toEqual(Result.succeed(plugin))
  expect(Plugin.read({ ...plugin, simulation: {} })).toEqual(Result.succeed(plugin))
})

const throwing = {
  ...model,
  input: Object.defineProperty(Schema.Struct({}), "fields", {
    get: () => {
      throw new Error("no fields")
    },
  }),
}

/** What is wrong, and how it is told. */
const refused: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ["nothing", undefined, /^contract: is missing/],
  ["no version", { ...plugin, contract: undefined }, /^contract: is missing/],
  ["a newer version", { ...plugin, contract: 2 }, /^contract: .*update the program.*given: 2/],
  ["an older version", { ...plugin, contract: 0 }, /^contract: .*install a newer/],
  ["a version that is none", { ...plugin, contract: "1" }, /^contract: .*given: "1".*allowed: 1/],
  ["an id with a blank", { ...plugin, id: "A b" }, /^id: is no id/],
  ["no models", { ...plugin, models: [] }, /^models.*: /],
  ["a model of another provider", { ...plugin, id: "other" }, /^models\/0\/id: .*fake\/one.*other/],
  [
    "a model without a title",
    { ...plugin, models: [{ ...model, title: "x" }] },
    /^models\/0\/title/,
  ],
  [
    "an input that is no schema",
    { ...plugin, models: [{ ...model, input: {} }] },
    /models\/0\/input/,
  ],
  ["an input that throws", { ...plugin, models: [throwing] }, /models\/0\/input/],
  ["no rules", { ...plugin, models: [{ ...model, rules: 1 }] }, /models\/0\/rules.*function/],
  ["no documents", { ...plugin, models: [{ ...model, documents: [] }] }, /models\/0\/documents/],
  [
    "a pause of no length",
    {
      ...plugin,
      models: [{ ...model, timing: { ...model.timing, poll: { floor: 0, ceiling: 1 } } }],
    },
    /models\/0\/timing\/poll\/floor/,
  ],
  [
    "a variable in small letters",
    { ...plugin, variables: { ...plugin.variables, credentials: ["key"] } },
    /variables\/credentials\/0: is no name/,
  ],
  ["nothing to open", { ...plugin, open: undefined }, /^open: /],
]

it.each(refused)("refuses %s, and says where", (_name, exported, told) => {
  const result = Plugin.read(exported)
  expect(Result.isFailure(result) ? result.failure.message : "taken").toMatch(told)
})

it("tells everything that is wrong at once", () => {
  const result = Plugin.read({ ...plugin, title: "", open: 1 })
  expect(Result.isFailure(result) && result.failure.issues.map(({ path }) => path)).toEqual([
    "/title",
    "/open",
  ])
})
