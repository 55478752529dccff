/** What every store must do. Run it with a layer that opens a new, empty store each time. */
import { assert, describe, it } from "@effect/vitest"
import { Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect, type Layer } from "effect"
import type { Change } from "../src/Decision.ts"
import type { Generation, Task } from "../src/Generation.ts"
import { Store, type Write } from "../src/Store.ts"
import { failure, queued, refOf } from "./support/vendor.ts"

export const generation = (id: string, over: Partial<Generation> = {}): Generation =>
  queued({ id, stamp: `${id}-0`, ...over })

export const insert = (one: Generation, key?: string): Write => ({
  _tag: "Insert",
  generation: one,
  input: { prompt: `of ${one.id}` },
  ...(key === undefined ? {} : { key }),
  event: { version: one.version, at: one.createdAt, kind: "accepted", message: "accepted" },
})

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
        assert.deepStrictEqual(yield* store.byKey("k"), generation("a"))
        assert.deepStrictEqual(yield* store.input("a"), { prompt: "of a" })
        assert.deepStrictEqual(yield* store.events("a"), [
          { version: 1, at: 0, kind: "accepted", message: "accepted" },
        ])
        assert.isUndefined(yield* store.get("b"))
        assert.isUndefined(yield* store.byKey("l"))
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
        assert.lengthOf(yield* store.live, 2)
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
      "lists what lives, oldest first, and what there is, newest first",
      Effect.gen(function* () {
        const store = yield* Store
        const states = ["done", "queued", "undecided", "failed", "running", "cancelled"] as const
        yield* store.flush(
          states.map((state, index) => insert(generation(state, { state, createdAt: index }))),
        )
        const ids = (all: ReadonlyArray<Generation>) => all.map(({ id }) => id)
        assert.deepStrictEqual(ids(yield* store.live), ["queued", "undecided", "running"])
        assert.deepStrictEqual(ids(yield* store.list({})), states.toReversed())
        assert.deepStrictEqual(ids(yield* store.list({ limit: 2 })), ["cancelled", "running"])
        assert.deepStrictEqual(ids(yield* store.list({ states: ["done", "failed"] })), [
          "failed",
          "done",
        ])
      }),
    )
  })
}
