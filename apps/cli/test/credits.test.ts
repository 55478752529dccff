import type { Credits } from "@zoetrope/core/Provider"
import { Unauthorized } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import { Effect } from "effect"
import stringWidth from "string-width"
import { beforeEach, describe, expect, it } from "vitest"
import { type Balance, balancesText } from "../src/telling/Balances.ts"
import { failure, fakeVendor, setFakeAccount } from "./fakeVendor.ts"
import { inProcess, said } from "./inProcess.ts"
import { en } from "../src/words/Words.ts"

const credits: Credits = {
  remaining: 1_234_567,
  rows: [
    {
      name: "metered",
      remaining: 1_234_500,
      concurrency: { limit: 5, current: 2, queued: 17 },
    },
    { name: "test", remaining: 67 },
  ],
}

describe("credits", () => {
  let answer: Effect.Effect<Credits, TaskError>
  const teller = fakeVendor({ credits: Effect.suspend(() => answer) })
  const silent = { ...fakeVendor({}), id: "silent", title: "Silent" }
  const zoetrope = inProcess([teller, silent])
  beforeEach(setFakeAccount)

  it("shows each account in a table, and which provider does not tell", async () => {
    answer = Effect.succeed(credits)
    expect(await zoetrope("credits")).toBe(0)
    expect(said.stdout.replaceAll("\u00a0", " "))
      .toBe(`ACCOUNT  PROVIDER  KIND       CREDITS  RUNNING  WAITING
default  Fake      metered  1 234 500   2 of 5       17
default  Fake      test            67        –        –
· default, Silent: this provider has no call that tells what is left
`)
  })

  it("gives programs the numbers as they are, and null where there are none", async () => {
    answer = Effect.succeed(credits)
    expect(await zoetrope("credits", "--json")).toBe(0)
    expect(JSON.parse(said.stdout)).toEqual({
      accounts: [
        { account: "default", provider: "p", ...credits },
        {
          account: "default",
          provider: "silent",
          remaining: null,
          message: expect.stringContaining("no call"),
        },
      ],
    })
  })

  it("exit 3 where a provider refuses to tell, after all that is known", async () => {
    answer = Effect.fail(failure("credits", new Unauthorized({ retryable: "no" })))
    expect(await zoetrope("credits", "--json")).toBe(3)
    expect(JSON.parse(said.stdout)).toMatchObject({
      accounts: [{ remaining: null, error: { kind: "Unauthorized" } }, { provider: "silent" }],
    })
  })

  it("exit 2 for an account that is none", async () => {
    expect(await zoetrope("credits", "--account", "nobody")).toBe(2)
    expect(said.stderr).toContain('no account "nobody"; there is: default')
  })
})

describe("a provider whose code breaks", () => {
  const broken = {
    ...fakeVendor({}),
    open: () => {
      throw new TypeError("x is not a function")
    },
  }
  const zoetrope = inProcess([broken])
  beforeEach(setFakeAccount)

  it("is named, and so is the account", async () => {
    expect(await zoetrope("credits")).toBe(2)
    expect(said.stdout).toContain('account "default" (environment): Fake failed: TypeError: x is')
  })
})

describe("the table", () => {
  const balances: ReadonlyArray<Balance> = [
    { account: "摄影棚", vendor: { id: "p", title: "Fake" }, found: { _tag: "Credits", credits } },
    { account: "default", vendor: { id: "q", title: "Silent" }, found: { _tag: "Untold" } },
  ]

  it.each([80, 44])("fits %i columns", (columns) => {
    const style = { columns, words: en, paint: (_: unknown, text: string) => text }
    const text = balancesText(balances, style)
    for (const line of text.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    expect(text).toContain("2 of 5")
    expect(text).toContain("17")
  })
})
