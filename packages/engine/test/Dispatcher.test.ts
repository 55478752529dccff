import { assert, describe, it } from "@effect/vitest"
import type { Generation } from "../src/Generation.ts"
import * as Dispatcher from "../src/internal/Dispatcher.ts"
import * as Entry from "../src/internal/Entry.ts"
import * as Group from "../src/internal/Group.ts"
import { model, provider, queued, refOf } from "./support/vendor.ts"

const plenty = { submits: 9, calls: 9, fetches: 9 }

/** Entries are `<group><number>`, asked for and due in the order of their numbers, before 0. */
const dispatching = (
  groupNames: ReadonlyArray<string>,
  slots: Dispatcher.Slots = plenty,
  limits: Partial<Group.Group["limits"]> = {},
) => {
  const entries = new Map<string, Entry.Entry>()
  const groups = new Map(
    groupNames.map((name) => [
      name,
      Group.make({ ...model.limits, callsPerSecond: 1_000_000, ...limits }),
    ]),
  )
  let wakes = 0
  const dispatcher = Dispatcher.make(entries, groups, slots, () => (wakes += 1))
  const add = (id: string, over: Partial<Generation> = {}): Entry.Entry => {
    const group = groups.get(id[0] ?? "") ?? assert.fail("no such group")
    const generation = queued({ id, createdAt: Number(id.slice(1)), ...over })
    const entry = Entry.make(generation, { provider, model, group, mayDrive: true })
    entries.set(id, entry)
    dispatcher.schedule(entry, generation.createdAt - 10)
    return entry
  }
  const starts = (now = 0) => [...dispatcher.starts(now)]
  const ids = (now = 0) =>
    starts(now).map(({ action, entry }) => `${action} ${entry.generation.id}`)
  return { add, dispatcher, entries, ids, starts, wakes: () => wakes }
}

const task = {
  number: 1,
  token: "t",
  state: "running",
  attempt: 1,
  sentAt: 0,
  ref: refOf("t1"),
} as const
const running: Partial<Generation> = { state: "running", task }

describe("the dispatcher", () => {
  it("gives turns as they were asked for, as long as there are places at the provider", () => {
    const { add, ids } = dispatching(["a"])
    for (const id of ["a3", "a1", "a2"]) add(id)
    // The model lets two be in flight.
    assert.deepStrictEqual(ids(), ["turn a1", "turn a2"])
    assert.deepStrictEqual(ids(), [])
  })

  it("starts no more than this machine has slots for, and goes on as they come back", () => {
    const { add, ids, starts, wakes } = dispatching(["a"], { ...plenty, calls: 1 })
    for (const id of ["a1", "a2"]) add(id, running)
    const [first, ...others] = starts()
    assert.strictEqual(first?.entry.generation.id, "a1")
    assert.isEmpty(others)
    const before = wakes()
    first?.release()
    first?.release()
    assert.isAbove(wakes(), before)
    assert.deepStrictEqual(ids(), ["poll a2"])
    assert.deepStrictEqual(ids(), [])
  })

  it("serves groups in turn, whatever the crowd of one", () => {
    const { add, ids } = dispatching(["a", "b"])
    for (const id of ["a1", "a2", "a3", "b1", "b2"]) add(id, running)
    assert.deepStrictEqual(ids(), ["poll a1", "poll b1", "poll a2", "poll b2", "poll a3"])
  })

  it("keeps to the calls that an account may make in a second, and knows when the next may leave", () => {
    const { add, dispatcher, ids } = dispatching(["a"], plenty, { callsPerSecond: 2 })
    for (const id of ["a1", "a2"]) add(id, running)
    assert.deepStrictEqual(ids(), ["poll a1"])
    assert.deepStrictEqual(ids(499), [])
    assert.strictEqual(dispatcher.next(499), 500)
    assert.deepStrictEqual(ids(500), ["poll a2"])
    assert.strictEqual(dispatcher.next(500), Infinity)
  })

  it("gives what has changed in its line the call that it needs now, and that alone", () => {
    const { add, dispatcher, ids, starts } = dispatching(["a"], { ...plenty, calls: 1 })
    add("a1", running)
    const entry = add("a2", running)
    const [first] = starts()
    const outputs = [{ kind: "video", url: "https://example.test/v.mp4?sig=1" }] as const
    entry.generation = { ...entry.generation, state: "fetching", task: { ...task, outputs } }
    dispatcher.schedule(entry, 0)
    assert.deepStrictEqual(ids(), ["fetch a2"])
    first?.release()
    assert.deepStrictEqual(ids(), [])
  })

  it("passes over what is busy until its call is over", () => {
    const { add, dispatcher, ids, starts } = dispatching(["a"])
    const entry = add("a1", running)
    const [start] = starts()
    dispatcher.schedule(entry, 5)
    assert.deepStrictEqual(ids(10), [])
    dispatcher.end(entry)
    start?.release()
    assert.deepStrictEqual(ids(10), ["poll a1"])
  })

  it("lets a search rest where the provider cannot be searched", () => {
    const { add, ids } = dispatching(["a"])
    const { ref: _ref, ...lost } = task
    add("a1", { state: "undecided", task: { ...lost, state: "undecided" } })
    assert.deepStrictEqual(ids(), [])
  })
})
