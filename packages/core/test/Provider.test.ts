import { describe, expect, it } from "vitest"
import { type AnyModel, timingFor } from "../src/Model.ts"
import * as Provider from "../src/Provider.ts"
import { fakeProvider, model, refOf } from "./support/fakeProvider.ts"

describe("a provider with other times", () => {
  it("has them for every model, and for what a task's own query says", () => {
    const long = { ...model.timing, usual: 5000 }
    const peaks: AnyModel = {
      ...model,
      timingOf: ({ peak }) => (peak === "off" ? long : model.timing),
    }
    const { provider } = fakeProvider({})
    const quick = Provider.withTiming({ ...provider, models: [peaks, model] }, (timing) => ({
      ...timing,
      usual: timing.usual / 100,
    }))
    const [first, second] = quick.models
    const usual = (one: AnyModel | undefined, peak: string) =>
      one && timingFor(one, { ...refOf("t"), query: { peak } }).usual
    expect([usual(first, "off"), usual(first, "on")]).toEqual([50, 1])
    expect([second?.timing.usual, usual(second, "off")]).toEqual([1, 1])
    expect(provider.models[0]?.timing.usual).toBe(100)
  })
})
