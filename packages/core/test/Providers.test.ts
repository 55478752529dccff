import { describe, expect, it } from "vitest"
import * as Providers from "../src/Providers.ts"
import { fakeProvider, refOf } from "./support/fakeProvider.ts"

const { provider: first } = fakeProvider({})
const second = { ...first, account: "second", key: "bbbbbbbbbbbb" }
const providers = Providers.make([first, second])

describe("which provider is meant", () => {
  it("finds a model by its id and by the vendor's own name", () => {
    expect(providers.forModel("fake/one")?.provider).toBe(first)
    expect(providers.forModel("one")?.provider).toBe(first)
    expect(providers.forModel("one", "second")?.provider).toBe(second)
    expect(providers.forModel("two")).toBeUndefined()
    expect(providers.forModel("one", "third")).toBeUndefined()
  })

  it("finds the account that made a task by its key", () => {
    expect(providers.forRef({ ...refOf("1"), key: "bbbbbbbbbbbb" })).toBe(second)
    expect(providers.forRef({ ...refOf("1"), key: "cccccccccccc", account: "second" })).toBe(second)
    expect(providers.forRef({ ...refOf("1"), key: "cccccccccccc", account: "gone" })).toBe(first)
    expect(providers.forRef({ ...refOf("1"), provider: "other" })).toBeUndefined()
  })
})
