/** A store in memory that does what the suite asks, and fails as often as it is told. */
import { Effect, type Schema } from "effect"
import type {
  Artifact,
  Duration,
  Event,
  Generation,
  InputFile,
  LoggedEvent,
  Task,
} from "../../src/Generation.ts"
import { hasEnded } from "../../src/Generation.ts"
import { type Outcome, Store, StoreError, type Write } from "../../src/Store.ts"

interface Row {
  generation: Generation
  revision: number
  readonly input: Schema.Json
  readonly files: ReadonlyArray<InputFile>
  readonly key: string | undefined
  readonly tasks: Map<number, Task>
  artifacts: ReadonlyArray<Artifact>
}

export const memoryStore = () => {
  const rows = new Map<string, Row>()
  let lines: Array<LoggedEvent> = []
  let lastSeq = 0
  let lastRevision = 0
  const durations = new Map<string, Duration & { readonly cohort: string; readonly at: number }>()
  const flushes: Array<ReadonlyArray<Write>> = []
  /** Asked before each flush: the flush fails with these words, before or after it is recorded. */
  const faults: { next: (writes: ReadonlyArray<Write>) => "before" | "after" | undefined } = {
    next: () => undefined,
  }

  const log = (generation: string, event: Event) => {
    lines.push({ seq: (lastSeq += 1), generation, ...event })
  }
  const apply = (write: Write, revision: number): Outcome => {
    if (write._tag === "Insert") {
      const { event, files = [], generation, input, key } = write
      if (rows.has(generation.id)) return "written"
      if (key !== undefined && byKey(generation.owner, key) !== undefined) return "stale"
      const tasks = new Map(
        generation.task === undefined ? [] : [[generation.task.number, generation.task]],
      )
      rows.set(generation.id, { generation, revision, input, files, key, tasks, artifacts: [] })
      log(generation.id, event)
      return "written"
    }
    if (write._tag === "Remove") {
      const row = rows.get(write.id)
      if (row !== undefined && row.generation.stamp !== write.from) return "stale"
      rows.delete(write.id)
      lines = lines.filter(({ generation }) => generation !== write.id)
      return "written"
    }
    const { artifacts, duration, event, from, generation, task } = write.change
    const row = rows.get(generation.id)
    if (row?.generation.stamp === generation.stamp) return "written"
    if (row?.generation.stamp !== from) return "stale"
    row.generation = generation
    row.revision = revision
    if (task !== undefined) row.tasks.set(task.number, task)
    if (event !== undefined) log(generation.id, event)
    if (artifacts !== undefined) row.artifacts = artifacts
    const token = (task ?? generation.task)?.token
    if (duration !== undefined && token !== undefined && !durations.has(token)) {
      durations.set(token, { ...duration, cohort: generation.cohort, at: generation.updatedAt })
    }
    return "written"
  }

  const all = () =>
    [...rows.values()]
      .map(({ generation }) => generation)
      .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
  const find = (test: (row: Row) => boolean) => [...rows.values()].find(test)?.generation
  const byKey = (owner: string, key: string) =>
    find((row) => row.generation.owner === owner && row.key === key)

  const store = Store.of({
    live: ({ accountKey, provider }) =>
      Effect.sync(() =>
        all().filter(
          (one) =>
            one.provider === provider && one.accountKey === accountKey && !hasEnded(one.state),
        ),
      ),
    list: ({ after, limit = 100, models, order = "newest", owner, states }) =>
      Effect.sync(() => {
        const sign = order === "newest" ? -1 : 1
        const isAfter = (one: Generation): boolean =>
          after === undefined ||
          sign * (one.createdAt - after.createdAt) > 0 ||
          (one.createdAt === after.createdAt &&
            one.id > after.id === sign > 0 &&
            one.id !== after.id)
        const sorted = order === "newest" ? all().toReversed() : all()
        return sorted
          .filter(
            (one) =>
              isAfter(one) &&
              (states === undefined || states.includes(one.state)) &&
              (models === undefined || models.includes(one.model)) &&
              (owner === undefined || one.owner === owner),
          )
          .slice(0, limit)
      }),
    get: (id) => Effect.sync(() => rows.get(id)?.generation),
    idsLike: (prefix, limit) =>
      Effect.sync(() =>
        [...rows.keys()]
          .filter((id) => id.startsWith(prefix))
          .toSorted()
          .slice(0, limit),
      ),
    byKey: (owner, key) => Effect.sync(() => byKey(owner, key)),
    byTask: ({ provider, taskId }) =>
      Effect.sync(() =>
        find(
          ({ generation, tasks }) =>
            generation.provider === provider &&
            [...tasks.values()].some(({ ref }) => ref?.taskId === taskId),
        ),
      ),
    input: (id) => Effect.sync(() => rows.get(id)?.input),
    files: (id) => Effect.sync(() => rows.get(id)?.files ?? []),
    tasks: (id) =>
      Effect.sync(() =>
        [...(rows.get(id)?.tasks.values() ?? [])].toSorted((a, b) => a.number - b.number),
      ),
    events: (id, afterVersion = 0) =>
      Effect.sync(() =>
        lines
          .filter(({ generation, version }) => generation === id && version > afterVersion)
          .map(({ generation: _generation, seq: _seq, ...event }) => event),
      ),
    log: (afterSeq, limit) =>
      Effect.sync(() => lines.filter(({ seq }) => seq > afterSeq).slice(0, limit)),
    artifacts: (id) => Effect.sync(() => rows.get(id)?.artifacts ?? []),
    changed: (afterRevision) =>
      Effect.sync(() => ({
        revision: lastRevision,
        rows: [...rows.values()]
          .filter(({ revision }) => revision > afterRevision)
          .map(({ generation: { id, version } }) => ({ id, version })),
      })),
    durations: (cohort) =>
      Effect.sync(() =>
        [...durations.values()]
          .filter((one) => one.cohort === cohort)
          .toReversed()
          .toSorted((a, b) => b.at - a.at)
          .slice(0, 128)
          .map(({ over, under }) => ({ over, under })),
      ),
    unreferenced: (hashes) =>
      Effect.sync(() => {
        const used = new Set(
          [...rows.values()].flatMap(({ artifacts, files }) =>
            [...artifacts, ...files].map(({ sha256 }) => sha256),
          ),
        )
        return hashes.filter((hash) => !used.has(hash))
      }),
    stats: Effect.sync(() => {
      const every = [...rows.values()]
      const tasks = every.flatMap((row) => [...row.tasks.values()])
      const bytes = new Map(
        every.flatMap(({ artifacts }) => artifacts.map((one) => [one.sha256, one.bytes])),
      )
      return {
        states: Object.fromEntries(
          [...Map.groupBy(all(), ({ state }) => state)].map(([state, ones]) => [
            state,
            ones.length,
          ]),
        ),
        submits: tasks.length,
        tasks: tasks.filter(({ ref }) => ref !== undefined).length,
        artifacts: {
          files: bytes.size,
          bytes: [...bytes.values()].reduce((sum, one) => sum + one, 0),
        },
      }
    }),
    flush: (writes) =>
      Effect.suspend(() => {
        const fault = faults.next(writes)
        const failed = new StoreError({ operation: "flush", detail: "the disk is away" })
        if (fault === "before") return Effect.fail(failed)
        flushes.push(writes)
        const revision = (lastRevision += 1)
        const outcomes = writes.map((write) => apply(write, revision))
        return fault === "after" ? Effect.fail(failed) : Effect.succeed(outcomes)
      }),
  })
  return { store, flushes, faults }
}
