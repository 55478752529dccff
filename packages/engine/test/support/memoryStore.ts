/** A store in memory that does what the suite asks, and fails as often as it is told. */
import { Effect, type Schema } from "effect"
import type { Artifact, Event, Generation, Task } from "../../src/Generation.ts"
import { hasEnded } from "../../src/Generation.ts"
import { type Outcome, Store, StoreError, type Write } from "../../src/Store.ts"

interface Row {
  generation: Generation
  readonly input: Schema.Json
  readonly key: string | undefined
  readonly tasks: Map<number, Task>
  readonly events: Map<number, Event>
  artifacts: ReadonlyArray<Artifact>
}

export const memoryStore = () => {
  const rows = new Map<string, Row>()
  const flushes: Array<ReadonlyArray<Write>> = []
  /** Asked before each flush: the flush fails with these words, before or after it is recorded. */
  const faults: { next: (writes: ReadonlyArray<Write>) => "before" | "after" | undefined } = {
    next: () => undefined,
  }
  const apply = (write: Write): Outcome => {
    if (write._tag === "Insert") {
      const { event, generation, input, key } = write
      if (rows.has(generation.id)) return "written"
      const isTaken = key !== undefined && [...rows.values()].some((row) => row.key === key)
      if (isTaken) return "stale"
      const events = new Map([[event.version, event]])
      rows.set(generation.id, { generation, input, key, tasks: new Map(), events, artifacts: [] })
      return "written"
    }
    const { artifacts, event, from, generation, task } = write.change
    const row = rows.get(generation.id)
    if (row === undefined) return "stale"
    if (row.generation.stamp !== from && row.generation.stamp !== generation.stamp) return "stale"
    row.generation = generation
    if (task !== undefined) row.tasks.set(task.number, task)
    if (event !== undefined) row.events.set(event.version, event)
    if (artifacts !== undefined) row.artifacts = artifacts
    return "written"
  }
  const all = () =>
    [...rows.values()]
      .map(({ generation }) => generation)
      .toSorted((a, b) => a.createdAt - b.createdAt)
  const store = Store.of({
    live: Effect.sync(() => all().filter(({ state }) => !hasEnded(state))),
    list: ({ limit = 100, states }) =>
      Effect.sync(() =>
        all()
          .filter(({ state }) => states === undefined || states.includes(state))
          .toReversed()
          .slice(0, limit),
      ),
    get: (id) => Effect.sync(() => rows.get(id)?.generation),
    byKey: (key) =>
      Effect.sync(() => [...rows.values()].find((row) => row.key === key)?.generation),
    input: (id) => Effect.sync(() => rows.get(id)?.input),
    tasks: (id) => Effect.sync(() => [...(rows.get(id)?.tasks.values() ?? [])]),
    events: (id, afterVersion = 0) =>
      Effect.sync(() =>
        [...(rows.get(id)?.events.values() ?? [])].filter(({ version }) => version > afterVersion),
      ),
    artifacts: (id) => Effect.sync(() => rows.get(id)?.artifacts ?? []),
    flush: (writes) =>
      Effect.suspend(() => {
        const fault = faults.next(writes)
        const failed = new StoreError({ operation: "flush", detail: "the disk is away" })
        if (fault === "before") return Effect.fail(failed)
        flushes.push(writes)
        const outcomes = writes.map(apply)
        return fault === "after" ? Effect.fail(failed) : Effect.succeed(outcomes)
      }),
  })
  return { store, flushes, faults }
}
