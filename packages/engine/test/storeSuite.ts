/** What every store must do. Run it with a layer that opens a new, empty store each time. */
import { assert, describe, it } from "@effect/vitest"
import { Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect, type Layer } from "effect"
import type { Change } from "../src/Decision.ts"
import { Artifact, Generation, type InputFile, Task } from "../src/Generation.ts"
import { type Filter, Store, type Write } from "../src/Store.ts"
import { failure, queued, refOf } from "./support/vendor.ts"

export const generation = (id: string, over: Partial<Generation> = {}): Generation =>
  queued({ id, stamp: `${id}-0`, ...over })

export const insert = (
  one: Generation,
  key?: string,
  files?: ReadonlyArray<InputFile>,
): Extract<Write, { readonly _tag: "Insert" }> => ({
  _tag: "Insert",
  generation: one,
  input: { prompt: `of ${one.id}` },
  ...(key === undefined ? {} : { key }),
  ...(files === undefined ? {} : { files }),
  event: { version: one.version, at: one.createdAt, kind: "accepted", message: "accepted" },
})

export const remove = (one: Generation): Write => ({
  _tag: "Remove",
  id: one.id,
  from: one.stamp,
})

/** The account of all generations here, unless they say otherwise. */
export const account = { provider: "fake", accountKey: "aaaaaaaaaaaa" }

export const task = (token: string, over: Partial<Task> = {}): Task => ({
  number: 1,
  token,
  state: "submitting",
  attempt: 1,
  sentAt: 5,
  ...over,
})

/** The next row of a generation, with a stamp of its own. */
export const change = (
  from: Generation,
  stamp: string,
  over: Partial<Generation> = {},
  beside: Partial<Change> = {},
): Extract<Write, { readonly _tag: "Change" }> => {
  const next: Generation = { ...from, version: from.version + 1, stamp, ...over }
  return {
    _tag: "Change",
    change: {
      from: from.stamp,
      generation: next,
      ...(over.task === undefined ? {} : { task: over.task }),
      event: { version: next.version, at: next.updatedAt, kind: "submitting", message: stamp },
      ...beside,
    },
  }
}

export const storeSuite = <E>(name: string, layer: () => Layer.Layer<Store, E>): void => {
  describe(`the store suite: ${name}`, () => {
    const check = <Failure>(what: string, body: Effect.Effect<void, Failure, Store>) =>
      it.effect(what, () => body.pipe(Effect.provide(layer())))

    check(
      "gives back what was inserted, with its input and its first event",
      Effect.gen(function* () {
        const store = yield* Store
        assert.deepStrictEqual(yield* store.flush([insert(generation("a"), "k")]), ["written"])
        assert.deepStrictEqual(yield* store.get("a"), generation("a"))
        assert.deepStrictEqual(yield* store.byKey("", "k"), generation("a"))
        assert.deepStrictEqual(yield* store.input("a"), { prompt: "of a" })
        assert.deepStrictEqual(yield* store.events("a"), [
          { version: 1, at: 0, kind: "accepted", message: "accepted" },
        ])
        assert.isUndefined(yield* store.get("b"))
        assert.isUndefined(yield* store.byKey("", "l"))
        assert.isUndefined(yield* store.byKey("somebody", "k"))
        assert.isUndefined(yield* store.input("b"))
      }),
    )

    check(
      "gives back every field of a row, its error and its newest task",
      Effect.gen(function* () {
        const store = yield* Store
        const first = generation("a", { dueAt: 12 })
        yield* store.flush([insert(first)])
        const ref = { ...refOf("9007199254740993123"), query: { req_json: '{"字":"\\u0000"}' } }
        const error = failure(
          "poll",
          new Unavailable({ detail: 'an "odd" 答案', retryAfterMillis: 3 }),
        )
        const succeeded = task("token", {
          state: "succeeded",
          ref,
          outputs: [{ kind: "video", url: "https://example.test/v?a=1&b=%2F", bytes: 3 }],
        })
        const full: Partial<Generation> = {
          state: "fetching",
          updatedAt: 99,
          remakes: 0,
          cancel: "accepted",
          progress: 12.5,
          error,
          hindrance: "no space left",
          task: succeeded,
        }
        assert.deepStrictEqual(yield* store.flush([change(first, "a-1", full)]), ["written"])
        const got = yield* store.get("a")
        assert.deepStrictEqual(got, { ...first, version: 2, stamp: "a-1", ...full })
        // No field is forgotten here, nor one that comes later.
        assert.sameMembers(Object.keys(got ?? {}), Object.keys(Generation.fields))
        assert.sameMembers(Object.keys(got?.task ?? {}), Object.keys(Task.fields))
        assert.instanceOf(got?.error, TaskError)
        assert.strictEqual(got.error.verdict, "wait")
        assert.deepStrictEqual(yield* store.tasks("a"), [succeeded])
        // What is absent in the next row is taken away.
        const { dueAt: _dueAt, error: _error, hindrance: _hindrance, ...rest } = got
        const { outputs: _links, ...row } = task("token", { state: "succeeded", ref })
        const bare = change({ ...rest, task: row }, "a-2", { state: "done", task: row })
        const artifacts = [
          {
            kind: "video",
            sha256: "aa",
            bytes: 3,
            path: "artifacts/aa/aa",
            mediaType: "video/mp4",
          },
          { kind: "cover", sha256: "bb", bytes: 4, path: "artifacts/bb/bb" },
        ] as const
        yield* store.flush([{ ...bare, change: { ...bare.change, artifacts } }])
        assert.deepStrictEqual(yield* store.get("a"), bare.change.generation)
        assert.deepStrictEqual(yield* store.artifacts("a"), artifacts)
      }),
    )

    check(
      "lets one of two writes win that were decided on the same row, and records nothing of the other",
      Effect.gen(function* () {
        const store = yield* Store
        const first = generation("a")
        yield* store.flush([insert(first)])
        const mine = change(first, "mine", { state: "submitting", task: task("mine") })
        const theirs = change(first, "theirs", { state: "submitting", task: task("theirs") })
        assert.deepStrictEqual(yield* store.flush([mine]), ["written"])
        const late = {
          ...theirs,
          change: {
            ...theirs.change,
            artifacts: [{ kind: "video", sha256: "cc", bytes: 1, path: "p" }] as const,
          },
        }
        assert.deepStrictEqual(yield* store.flush([late]), ["stale"])
        assert.deepStrictEqual(yield* store.get("a"), mine.change.generation)
        assert.deepStrictEqual(yield* store.tasks("a"), [task("mine")])
        assert.deepStrictEqual(yield* store.artifacts("a"), [])
        assert.deepStrictEqual(
          (yield* store.events("a")).map(({ message }) => message),
          ["accepted", "mine"],
        )
      }),
    )

    check(
      "takes a flush again whose answer was lost, and records nothing twice",
      Effect.gen(function* () {
        const store = yield* Store
        const [a, b] = [generation("a"), generation("b")]
        yield* store.flush([insert(a)])
        const flush = [change(a, "a-1", { state: "submitting", task: task("t") }), insert(b, "key")]
        const once = yield* store.flush(flush)
        assert.deepStrictEqual(yield* store.flush(flush), once)
        assert.deepStrictEqual(once, ["written", "written"])
        assert.lengthOf(yield* store.events("a"), 2)
        assert.lengthOf(yield* store.tasks("a"), 1)
        assert.lengthOf(yield* store.live(account), 2)
        // Even when somebody has moved the new one on meanwhile, its insert has happened.
        yield* store.flush([change(b, "b-1", { state: "cancelled" })])
        assert.deepStrictEqual(yield* store.flush(flush), once)
        assert.strictEqual((yield* store.get("b"))?.state, "cancelled")
      }),
    )

    check(
      "tells each write of a batch its own outcome",
      Effect.gen(function* () {
        const store = yield* Store
        const [a, b, c] = [generation("a"), generation("b"), generation("c")]
        yield* store.flush([insert(a, "taken"), insert(b)])
        const outcomes = yield* store.flush([
          insert(c, "taken"),
          change(b, "b-1", { remakes: 0 }),
          change({ ...a, stamp: "old" }, "a-1", { remakes: 0 }),
          insert(generation("d")),
          change(generation("nobody"), "n-1"),
        ])
        assert.deepStrictEqual(outcomes, ["stale", "written", "stale", "written", "stale"])
        assert.isUndefined(yield* store.get("c"))
        assert.deepStrictEqual(yield* store.get("a"), a)
        assert.deepStrictEqual(yield* store.events("nobody"), [])
        assert.deepStrictEqual(yield* store.flush([]), [])
      }),
    )

    check(
      "knows the rows of earlier tasks, and puts one right",
      Effect.gen(function* () {
        const store = yield* Store
        const first = generation("a")
        yield* store.flush([insert(first)])
        const one = change(first, "a-1", { task: task("one", { state: "undecided" }) })
        const two = change(one.change.generation, "a-2", { task: task("two", { number: 2 }) })
        const late = task("one", { state: "running", ref: refOf("late") })
        const right = change(two.change.generation, "a-3", {}, { task: late })
        for (const write of [one, two, right]) {
          assert.deepStrictEqual(yield* store.flush([write]), ["written"])
        }
        assert.deepStrictEqual(yield* store.tasks("a"), [late, task("two", { number: 2 })])
        assert.strictEqual((yield* store.get("a"))?.task?.token, "two")
        assert.deepStrictEqual(
          (yield* store.events("a", 2)).map(({ version }) => version),
          [3, 4],
        )
      }),
    )

    check(
      "gives each account what lives of it, oldest first, however much that is",
      Effect.gen(function* () {
        const store = yield* Store
        const states = ["done", "queued", "undecided", "failed", "running", "cancelled"] as const
        const mine = states.map((state, index) => generation(state, { state, createdAt: index }))
        yield* store.flush([
          ...mine.map((one) => insert(one)),
          insert(generation("other key", { accountKey: "bbbbbbbbbbbb" })),
          insert(generation("other provider", { provider: "other" })),
        ])
        assert.deepStrictEqual(idsOf(yield* store.live(account)), [
          "queued",
          "undecided",
          "running",
        ])
        const other = { ...account, accountKey: "bbbbbbbbbbbb" }
        assert.deepStrictEqual(idsOf(yield* store.live(other)), ["other key"])
        assert.deepStrictEqual(yield* store.live({ ...other, provider: "other" }), [])
        // Many of the same moment, and more than any store would read at once.
        const many = Array.from({ length: 1203 }, (_, index) =>
          generation(`m${String(index).padStart(4, "0")}`, { createdAt: 7 + (index % 2) }),
        )
        yield* store.flush(many.map((one) => insert(one)))
        const expected = many.toSorted(
          (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
        )
        assert.deepStrictEqual(idsOf(yield* store.live(account)).slice(3), idsOf(expected))
      }),
    )

    check(
      "lists what was asked for, from either end, page by page",
      Effect.gen(function* () {
        const store = yield* Store
        const states = ["done", "queued", "undecided", "failed", "running", "cancelled"] as const
        yield* store.flush(
          states.map((state, index) =>
            insert(
              generation(state, {
                state,
                createdAt: Math.floor(index / 2),
                model: index < 3 ? "fake/one" : "fake/two",
                owner: index === 4 ? "somebody" : "",
              }),
            ),
          ),
        )
        const listed = (filter: Filter) => Effect.map(store.list(filter), idsOf)
        const all = ["running", "cancelled", "undecided", "failed", "queued", "done"]
        assert.deepStrictEqual(yield* listed({}), all)
        assert.deepStrictEqual(yield* listed({ limit: 2 }), all.slice(0, 2))
        assert.deepStrictEqual(yield* listed({ states: ["done", "failed"] }), ["failed", "done"])
        assert.deepStrictEqual(yield* listed({ states: [] }), [])
        assert.deepStrictEqual(yield* listed({ models: ["fake/two", "fake/none"] }), [
          "running",
          "cancelled",
          "failed",
        ])
        assert.deepStrictEqual(yield* listed({ owner: "somebody" }), ["running"])
        assert.lengthOf(yield* listed({ owner: "" }), 5)
        for (const order of ["newest", "oldest"] as const) {
          const pages: Array<string> = []
          let after: Filter["after"]
          for (let page = 0; page < 4; page++) {
            const some = yield* store.list({ limit: 2, order, after })
            pages.push(...idsOf(some))
            after = some.at(-1) ?? after
          }
          assert.deepStrictEqual(pages, order === "newest" ? all : all.toReversed())
        }
      }),
    )

    check(
      "finds ids by how they begin, and takes no character for a wildcard",
      Effect.gen(function* () {
        const store = yield* Store
        const ids = ["ab1", "ab2", "ab", "a%", "AB", "b", "视频1", "视频2"]
        yield* store.flush(ids.map((id) => insert(generation(id))))
        assert.deepStrictEqual(yield* store.idsLike("ab", 10), ["ab", "ab1", "ab2"])
        assert.deepStrictEqual(yield* store.idsLike("ab", 2), ["ab", "ab1"])
        assert.deepStrictEqual(yield* store.idsLike("a%", 10), ["a%"])
        assert.deepStrictEqual(yield* store.idsLike("a_", 10), [])
        assert.deepStrictEqual(yield* store.idsLike("视", 10), ["视频1", "视频2"])
        assert.lengthOf(yield* store.idsLike("", 100), ids.length)
      }),
    )

    check(
      "gives a key to one generation of an owner",
      Effect.gen(function* () {
        const store = yield* Store
        const [a, b, c] = [
          generation("a"),
          generation("b", { owner: "somebody" }),
          generation("c", { owner: "somebody" }),
        ]
        assert.deepStrictEqual(yield* store.flush([a, b, c].map((one) => insert(one, "k"))), [
          "written",
          "written",
          "stale",
        ])
        assert.strictEqual((yield* store.byKey("", "k"))?.id, "a")
        assert.strictEqual((yield* store.byKey("somebody", "k"))?.id, "b")
        assert.deepStrictEqual(yield* store.events("c"), [])
        // Whoever is forgotten gives it back.
        yield* store.flush([remove(b)])
        assert.deepStrictEqual(yield* store.flush([insert(c, "k")]), ["written"])
      }),
    )

    check(
      "records the task of a generation that was taken over, and finds who follows a task",
      Effect.gen(function* () {
        const store = yield* Store
        const taken = task("taken", { state: "running", ref: refOf("t1") })
        const first = generation("a", { state: "running", task: taken })
        yield* store.flush([insert(first), insert(generation("b", { provider: "other" }))])
        assert.deepStrictEqual(yield* store.get("a"), first)
        assert.deepStrictEqual(yield* store.tasks("a"), [taken])
        assert.deepStrictEqual(yield* store.byTask(refOf("t1")), first)
        assert.isUndefined(yield* store.byTask(refOf("t2")))
        assert.isUndefined(yield* store.byTask({ provider: "other", taskId: "t1" }))
        // A task that was followed before is still known by its id.
        const next = change(first, "a-1", { task: task("again", { number: 2, ref: refOf("t2") }) })
        yield* store.flush([next])
        assert.strictEqual((yield* store.byTask(refOf("t1")))?.stamp, "a-1")
        assert.strictEqual((yield* store.byTask(refOf("t2")))?.stamp, "a-1")
      }),
    )

    check(
      "knows the files of an input and the facts of an artifact, and which hashes nobody needs",
      Effect.gen(function* () {
        const store = yield* Store
        const files = [
          { field: "image", sha256: "11", bytes: 5, path: "inputs/11/11" },
          { field: "audio", sha256: "22", bytes: 6, path: "inputs/22/22" },
        ]
        const artifacts: ReadonlyArray<Artifact> = [
          {
            kind: "video",
            sha256: "33",
            bytes: 7,
            path: "artifacts/33/33",
            mediaType: "video/mp4",
            width: 1280,
            height: 720,
            seconds: 5.041667,
            codec: "avc",
          },
          { kind: "cover", sha256: "44", bytes: 8, path: "artifacts/44/44" },
        ]
        const first = generation("a")
        yield* store.flush([insert(first, undefined, files), insert(generation("b"))])
        yield* store.flush([change(first, "a-1", { state: "done" }, { artifacts })])
        assert.sameMembers(Object.keys(artifacts[0] ?? {}), Object.keys(Artifact.fields))
        assert.deepStrictEqual(yield* store.files("a"), files)
        assert.deepStrictEqual(yield* store.files("b"), [])
        assert.deepStrictEqual(yield* store.artifacts("a"), artifacts)
        assert.deepStrictEqual(yield* store.unreferenced(["55", "11", "33", "44", "00"]), [
          "55",
          "00",
        ])
        assert.deepStrictEqual(yield* store.unreferenced([]), [])
      }),
    )

    check(
      "keeps one log of all, in the order of recording",
      Effect.gen(function* () {
        const store = yield* Store
        const [a, b] = [generation("a"), generation("b")]
        yield* store.flush([insert(a), insert(b)])
        yield* store.flush([change(a, "a-1", { updatedAt: 3 })])
        const log = yield* store.log(0, 10)
        assert.deepStrictEqual(
          log.map((line) => [line.generation, line.version, line.kind]),
          [
            ["a", 1, "accepted"],
            ["b", 1, "accepted"],
            ["a", 2, "submitting"],
          ],
        )
        const [first, , last] = log
        assert.deepStrictEqual(yield* store.log(first?.seq ?? 0, 1), log.slice(1, 2))
        assert.deepStrictEqual(yield* store.log(last?.seq ?? 0, 10), [])
        // A place in the log is never used again, even when its line is gone.
        yield* store.flush([{ _tag: "Remove", id: "a", from: "a-1" }])
        yield* store.flush([insert(generation("c"))])
        assert.isAbove((yield* store.log(0, 10)).at(-1)?.seq ?? 0, last?.seq ?? Infinity)
      }),
    )

    check(
      "forgets a generation with everything that belongs to it, and nothing else",
      Effect.gen(function* () {
        const store = yield* Store
        const files = [{ field: "image", sha256: "11", bytes: 5, path: "inputs/11/11" }]
        const taken = task("t", { state: "succeeded", ref: refOf("t1") })
        const [a, b] = [generation("a", { task: taken, state: "running" }), generation("b")]
        yield* store.flush([insert(a, "k", files), insert(b)])
        const done = change(
          a,
          "a-1",
          { state: "done" },
          { artifacts: [{ kind: "video", sha256: "33", bytes: 7, path: "artifacts/33/33" }] },
        )
        yield* store.flush([done])
        // Whoever decided upon an older row is too late.
        assert.deepStrictEqual(yield* store.flush([remove(a)]), ["stale"])
        assert.lengthOf(yield* store.events("a"), 2)
        const gone = [remove(done.change.generation)]
        assert.deepStrictEqual(yield* store.flush(gone), ["written"])
        assert.deepStrictEqual(yield* store.flush(gone), ["written"])
        assert.isUndefined(yield* store.get("a"))
        assert.isUndefined(yield* store.input("a"))
        assert.isUndefined(yield* store.byKey("", "k"))
        assert.isUndefined(yield* store.byTask(refOf("t1")))
        for (const rest of [store.tasks, store.files, store.artifacts]) {
          assert.deepStrictEqual<ReadonlyArray<unknown>>(yield* rest("a"), [])
        }
        assert.deepStrictEqual(yield* store.events("a"), [])
        assert.deepStrictEqual(yield* store.unreferenced(["11", "33"]), ["11", "33"])
        assert.deepStrictEqual(idsOf(yield* store.list({})), ["b"])
        assert.deepStrictEqual(
          (yield* store.log(0, 10)).map((line) => line.generation),
          ["b"],
        )
        // A late write to it finds nobody.
        const late = change(done.change.generation, "a-2")
        assert.deepStrictEqual(yield* store.flush([late]), ["stale"])
      }),
    )

    check(
      "learns durations by cohort, each task once, and goes by the newest",
      Effect.gen(function* () {
        const store = yield* Store
        const first = generation("a", { cohort: "5 s" })
        yield* store.flush([insert(first)])
        let row = first
        /** What the row's task took, learnt at that time. */
        const learn = (at: number, number: number, over: Partial<Generation> = {}) => {
          const one = change(
            row,
            `a-${at}`,
            { updatedAt: at, ...over },
            { duration: { over: number, under: number + 0.5 } },
          )
          row = one.change.generation
          return one
        }
        const ended = (number: number) =>
          task(`t${number}`, { number, state: "succeeded", ref: refOf(`${number}`) })
        for (let number = 1; number <= 130; number++) {
          const flush = [learn(number, number, { task: ended(number) })]
          yield* store.flush(flush)
          if (number % 50 === 0) assert.deepStrictEqual(yield* store.flush(flush), ["written"])
        }
        const newest = Array.from({ length: 128 }, (_, index) => ({
          over: 130 - index,
          under: 130.5 - index,
        }))
        assert.deepStrictEqual(yield* store.durations("5 s"), newest)
        // Of a task that was learnt from, nothing more is learnt, whether its row is sent or not.
        const { change: again } = learn(131, 1000)
        assert.isUndefined(again.task)
        yield* store.flush([{ _tag: "Change", change: again }])
        assert.deepStrictEqual(yield* store.durations("5 s"), newest)
        assert.deepStrictEqual(yield* store.durations("10 s"), [])
        // What was learnt stays when its generation goes.
        yield* store.flush([{ _tag: "Remove", id: "a", from: "a-131" }])
        assert.lengthOf(yield* store.durations("5 s"), 128)
      }),
    )

    check(
      "tells what changed since, and forgets no change when rows go",
      Effect.gen(function* () {
        const store = yield* Store
        const changed = (after: number) => store.changed(after)
        const [a, b] = [generation("a"), generation("b")]
        const empty = yield* changed(0)
        assert.deepStrictEqual(empty.rows, [])
        yield* store.flush([insert(a), insert(b)])
        const both = yield* changed(-1)
        assert.deepStrictEqual(both.rows.toSorted(byId), [
          { id: "a", version: 1 },
          { id: "b", version: 1 },
        ])
        assert.isAbove(both.revision, empty.revision)
        yield* store.flush([remove(b)])
        yield* store.flush([change(a, "a-1")])
        const later = yield* changed(-1)
        assert.deepStrictEqual(later.rows, [{ id: "a", version: 2 }])
        // Not even the number of a removed row comes again.
        assert.isAbove(later.revision, both.revision + 1)
      }),
    )

    check(
      "counts",
      Effect.gen(function* () {
        const store = yield* Store
        assert.deepStrictEqual(yield* store.stats, {
          states: {},
          submits: 0,
          tasks: 0,
          artifacts: { files: 0, bytes: 0 },
        })
        const ones = ["a", "b", "c"].map((id) => generation(id))
        yield* store.flush(ones.map((one) => insert(one)))
        const video = { kind: "video", bytes: 7, path: "p" } as const
        const [a, b] = ones.map((one) =>
          change(
            one,
            `${one.id}-1`,
            {
              state: "done",
              task: task(one.id, one.id === "a" ? { ref: refOf("t1") } : { state: "undecided" }),
            },
            // The same bytes came twice: they lie on the disk once.
            { artifacts: [{ ...video, sha256: "33" }] },
          ),
        )
        assert.isDefined(a)
        assert.isDefined(b)
        yield* store.flush([a, b])
        assert.deepStrictEqual(yield* store.stats, {
          states: { done: 2, queued: 1 },
          submits: 2,
          tasks: 1,
          artifacts: { files: 1, bytes: 7 },
        })
      }),
    )
  })
}

const idsOf = (all: ReadonlyArray<Generation>): ReadonlyArray<string> => all.map(({ id }) => id)

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : 1
