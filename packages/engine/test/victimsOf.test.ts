import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { type Holding, type Retention, victimsOf } from "../src/drivers/victimsOf.ts"
import { type Generation, hasEnded, State } from "../src/Generation.ts"
import { queued } from "./support/vendor.ts"

const hour = 3_600_000
const now = 1000 * hour

/** One that ended so many hours ago; files are given as `path:bytes`. */
const holding = (
  id: string,
  state: Generation["state"],
  hours: number,
  ...files: ReadonlyArray<string>
): Holding => ({
  generation: queued({ id, state, updatedAt: now - hours * hour }),
  files: files.map((file) => {
    const [path = "", bytes] = file.split(":")
    return { path, bytes: Number(bytes) }
  }),
})

const ids = (holdings: ReadonlyArray<Holding>, retention: Retention) =>
  victimsOf(holdings, retention, now).map(({ id }) => id)

const some = [
  holding("new", "done", 2, "a:100"),
  holding("old", "done", 50, "b:100"),
  holding("older", "failed", 70, "c:100"),
  holding("undecided", "undecided", 90, "d:100"),
  holding("running", "running", 90, "e:100"),
  holding("fetching", "fetching", 90),
  holding("oldest", "cancelled", 80),
]

describe("what the janitor removes", () => {
  it("is nothing until it is told so", () => {
    assert.deepStrictEqual(ids(some, {}), [])
  })

  it("is what ended longer ago than it should stay, oldest first", () => {
    assert.deepStrictEqual(ids(some, { olderThan: "2 days" }), ["oldest", "older", "old"])
    assert.deepStrictEqual(ids(some, { olderThan: "50 hours" }), ["oldest", "older"])
    assert.deepStrictEqual(ids(some, { olderThan: "30 days" }), [])
  })

  it("is, above the quota, what ended first and takes room, until it fits", () => {
    assert.deepStrictEqual(ids(some, { quotaBytes: 500 }), [])
    assert.deepStrictEqual(ids(some, { quotaBytes: 499 }), ["older"])
    assert.deepStrictEqual(ids(some, { quotaBytes: 399 }), ["older", "old"])
    assert.deepStrictEqual(ids(some, { quotaBytes: 0 }), ["older", "old", "new"])
  })

  it("counts what age frees before it asks the quota", () => {
    const both = { olderThan: "60 hours", quotaBytes: 400 } as const
    assert.deepStrictEqual(ids(some, both), ["oldest", "older"])
  })

  it("counts a file once, and as free when nobody has it any more", () => {
    const shared = [
      holding("first", "done", 9, "a:100", "a:100"),
      holding("second", "done", 8, "a:100"),
      holding("third", "done", 7, "b:50"),
    ]
    assert.deepStrictEqual(ids(shared, { quotaBytes: 150 }), [])
    assert.deepStrictEqual(ids(shared, { quotaBytes: 149 }), ["first", "second"])
  })

  it("spares, for the quota, whose files somebody needs who has not ended", () => {
    const shared = [
      holding("first", "done", 9, "a:100"),
      holding("live", "queued", 9, "a:100"),
      holding("second", "done", 8, "b:50"),
    ]
    assert.deepStrictEqual(ids(shared, { quotaBytes: 0 }), ["second"])
  })

  it("spares, for the quota, what ended within the last hour", () => {
    const fresh = [holding("fresh", "done", 0.9, "a:100"), holding("stale", "done", 1.1, "b:100")]
    assert.deepStrictEqual(ids(fresh, { quotaBytes: 0 }), ["stale"])
  })

  it("is never what has not ended, and never more than the quota asks for", () => {
    const file = fc.tuple(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(10, 20))
    const any = fc
      .tuple(fc.constantFrom(...State.literals), fc.nat(100), fc.array(file, { maxLength: 3 }))
      .map(([state, hours, files]) => ({ state, hours, files }))
    const bytesOf = (holdings: ReadonlyArray<Holding>): number => {
      const files = holdings.flatMap((one) => one.files)
      return [...new Map(files.map(({ bytes, path }) => [path, bytes])).values()].reduce(
        (sum, bytes) => sum + bytes,
        0,
      )
    }
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), fc.nat(100), (rows, quotaBytes) => {
        const holdings = rows.map(({ files, hours, state }, index) =>
          holding(
            String(index),
            state,
            hours,
            // One size for each path, as on a disk.
            ...files.map(([path]) => `${path}:${path === "a" ? 10 : 20}`),
          ),
        )
        const victims = victimsOf(holdings, { quotaBytes }, now)
        assert.isTrue(victims.every(({ state }) => hasEnded(state)))
        const without = (gone: ReadonlyArray<Generation>) =>
          bytesOf(holdings.filter(({ generation }) => !gone.includes(generation)))
        // Without the last of them it would not have been enough.
        if (victims.length > 0) assert.isAbove(without(victims.slice(0, -1)), quotaBytes)
      }),
    )
  })
})
