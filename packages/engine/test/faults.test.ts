/**
 * What goes wrong between asking for a video and having it, one row for each: how many tasks are paid
 * for in the end, how many videos are kept, and how every generation stands. All on the test clock.
 */
import { assert, describe, it } from "@effect/vitest"
import {
  ConcurrencyLimited,
  GenerationFailed,
  NothingSent,
  RateLimited,
  type Reason,
  Unavailable,
} from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Effect, type Scope } from "effect"
import type { EventKind } from "../src/Generation.ts"
import { NotKept } from "../src/Keep.ts"
import { pass, type Script } from "./support/driving.ts"
import { memoryStore } from "./support/memoryStore.ts"
import { play, type Row } from "./support/playing.ts"
import { failure, lost, succeeded } from "./support/vendor.ts"

const minutes = (count: number) => (): Effect.Effect<void> => pass(`${count} minutes`)

const inTurn = (...steps: ReadonlyArray<Effect.Effect<void, unknown, Scope.Scope>>) =>
  Effect.forEach(steps, (step) => step, { discard: true })

const refusedBy = (reason: Reason) => failure("submit", reason)
const running: TaskState = { _tag: "Running" }
const notFound: TaskState = { _tag: "NotFound", message: "no such task" }
const pollFails = (reason: Reason) => failure("poll", reason)
const http503 = pollFails(new Unavailable({ detail: "HTTP 503" }))
const noJson = pollFails(new Unavailable({ detail: "JSON that breaks off" }))
const hurried = pollFails(new RateLimited({ retryable: "yes", retryAfterMillis: 30_000 }))
const unlucky: TaskState = {
  _tag: "Failed",
  error: failure("task", new GenerationFailed({ retryable: "no" })),
}

/** Answers in turn, then what is true: a task is ready after a minute. */
const first = (...answers: ReadonlyArray<TaskState | TaskError>): NonNullable<Script["state"]> => {
  const left = [...answers]
  return (age) => left.shift() ?? (age < 60 ? running : succeeded)
}

/** Between these ages, in seconds, the provider does not answer. */
const away =
  (from: number, until: number): NonNullable<Script["state"]> =>
  (age) =>
    age >= from && age < until ? http503 : age < 60 ? running : succeeded

const notKept = (why: string, inMillis = 30_000, deadLink = false) =>
  new NotKept({ why, deadLink, inMillis })

const day = 86_400_000

/** A store whose every flush does this to what the store would answer. */
const storeThat = (
  does: <A, E>(flush: Effect.Effect<A, E>) => Effect.Effect<A, E>,
): ReturnType<typeof memoryStore> => {
  const memory = memoryStore()
  const { store } = memory
  return { ...memory, store: { ...store, flush: (writes) => does(store.flush(writes)) } }
}

/** A store that records the marks of submits and does not say so, until somebody wishes to cancel. */
const storeWithUnheardMarks = (): ReturnType<typeof memoryStore> => {
  const memory = memoryStore()
  let isCancelAsked = false
  memory.faults.next = (writes) => {
    const tells = (kind: EventKind): boolean =>
      writes.some((write) => write._tag === "Change" && write.change.event?.kind === kind)
    isCancelAsked ||= tells("cancel-asked")
    return tells("submitting") && !isCancelAsked ? "after" : undefined
  }
  return memory
}

const cancelAll: NonNullable<Row["during"]> = ({ engine }) =>
  Effect.gen(function* () {
    for (const { id } of yield* engine.list()) yield* Effect.forkScoped(engine.cancel(id))
    yield* pass("5 minutes")
  })

const submits: ReadonlyArray<Row> = [
  {
    fault: "the answer to a submit is lost, and nobody can look for the task",
    script: { submits: [lost] },
    paid: 1,
    kept: 0,
    states: { undecided: 1 },
  },
  {
    fault: "the answer to a submit is lost, and the provider can look for the task",
    script: { submits: [lost], canFind: true },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the answer to a submit comes after ten minutes",
    script: { submits: [{ afterSeconds: 600 }] },
    during: minutes(15),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the process is killed between the acceptance and its record",
    script: { submits: [{ afterSeconds: 400 }] },
    during: ({ restart }) => inTurn(pass("10 seconds"), restart, pass("5 minutes")),
    paid: 1,
    kept: 0,
    states: { undecided: 1 },
  },
  {
    fault:
      "the process is killed between the acceptance and its record, and the task can be looked for",
    script: { submits: [{ afterSeconds: 400 }], canFind: true },
    during: ({ restart }) => inTurn(pass("10 seconds"), restart, pass("5 minutes")),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the provider cannot be reached for a moment",
    script: { submits: [refusedBy(new NothingSent({ detail: "no route" })), "accepted"] },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the provider cannot be reached for more than an hour",
    script: {
      submits: [
        ...Array.from({ length: 36 }, () => refusedBy(new NothingSent({ detail: "no route" }))),
        "accepted",
      ],
    },
    during: minutes(120),
    paid: 1,
    kept: 1,
    and: ({ fake: { calls } }) => {
      assert.isAtLeast(calls.polls[0] ?? 0, 3_600_000)
    },
  },
  {
    fault: "a submit is refused with Retry-After: 30",
    script: {
      submits: [
        refusedBy(new RateLimited({ retryable: "yes", retryAfterMillis: 30_000 })),
        "accepted",
      ],
    },
    paid: 1,
    kept: 1,
    and: ({ memory: { flushes } }) => {
      const sentAt = flushes
        .flat()
        .flatMap((write) => (write._tag === "Change" ? [write.change.task] : []))
        .flatMap((task) => (task?.state === "submitting" ? [task.sentAt] : []))
      assert.lengthOf(sentAt, 2)
      assert.isAtLeast((sentAt[1] ?? 0) - (sentAt[0] ?? 0), 30_000)
    },
  },
  {
    fault: "the account has too many tasks in flight already",
    script: {
      submits: [refusedBy(new ConcurrencyLimited({ retryable: "yes" })), "accepted"],
    },
    asked: 5,
    during: minutes(15),
    paid: 5,
    kept: 5,
    and: ({ fake }) => assert.isAtMost(fake.calls.mostInFlight, 2),
  },
]

const polls: ReadonlyArray<Row> = [
  { fault: "one 503 on a poll", script: { state: first(http503) }, paid: 1, kept: 1 },
  {
    fault: "three times 503 on polls",
    script: { state: first(http503, http503, http503) },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the status is not to be had for 40 seconds, while the task ends",
    script: { state: away(40, 80) },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the provider is away for an hour",
    script: { state: away(10, 3_610) },
    during: minutes(70),
    paid: 1,
    kept: 1,
  },
  { fault: "one 404 on a poll", script: { state: first(notFound) }, paid: 1, kept: 1 },
  { fault: "one answer that is no JSON", script: { state: first(noJson) }, paid: 1, kept: 1 },
  {
    fault: "a poll is refused with Retry-After: 30",
    script: { state: first(hurried) },
    paid: 1,
    kept: 1,
    and: ({ fake: { calls } }) => {
      assert.isAtLeast((calls.polls[1] ?? 0) - (calls.polls[0] ?? 0), 30_000)
    },
  },
  {
    fault: "the provider forgets the task",
    script: { state: (age) => (age < 90 ? running : notFound) },
    paid: 1,
    kept: 0,
    states: { undecided: 1 },
  },
  {
    fault: "one of three tasks fails",
    script: {
      state: (age, task) => (age < 60 ? running : task === 2 ? unlucky : succeeded),
    },
    asked: 3,
    paid: 3,
    kept: 2,
    states: { done: 2, failed: 1 },
  },
  {
    fault: "a task takes two hours where they take two minutes",
    script: { state: (age) => (age < 7_200 ? running : succeeded) },
    during: minutes(150),
    paid: 1,
    kept: 1,
  },
]

const keeps: ReadonlyArray<Row> = [
  {
    fault: "the link is dead before the video is fetched, twice",
    script: {
      keeps: [
        notKept("the link is dead", 5_000, true),
        notKept("the link is dead", 5_000, true),
        "kept",
      ],
    },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the disk is full for two minutes",
    script: { keeps: [...Array.from({ length: 4 }, () => notKept("the disk is full")), "kept"] },
    paid: 1,
    kept: 1,
    and: ({ memory: { flushes } }) => {
      const told = flushes
        .flat()
        .flatMap((write) => (write._tag === "Change" ? [write.change.event?.message] : []))
      assert.lengthOf(
        told.filter((message) => message === "the disk is full"),
        1,
      )
    },
  },
  {
    fault: "downloads end in the middle, eight times",
    script: {
      keeps: [...Array.from({ length: 8 }, () => notKept("it ended too soon", 10_000)), "kept"],
    },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the process is killed before the video is fetched",
    script: { keeps: [notKept("the connection is slow"), "kept"] },
    during: ({ restart }) => inTurn(pass("70 seconds"), restart, pass("2 minutes")),
    paid: 1,
    kept: 1,
  },
]

const stores: ReadonlyArray<Row> = [
  {
    fault: "every commit takes three seconds",
    memory: () => storeThat(Effect.delay("3 seconds")),
    paid: 1,
    kept: 1,
  },
  {
    fault: "nothing can be written for ten minutes while a task is paid for",
    during: ({ memory: { faults } }) => {
      const broken = { until: false }
      return inTurn(
        pass("20 seconds"),
        Effect.sync(() => {
          broken.until = true
          faults.next = () => (broken.until ? "before" : undefined)
        }),
        pass("10 minutes"),
        Effect.sync(() => void (broken.until = false)),
        pass("3 minutes"),
      )
    },
    paid: 1,
    kept: 1,
  },
  {
    fault: "the answer to every second commit is lost",
    memory: () => {
      const memory = memoryStore()
      let flushes = 0
      memory.faults.next = () => ((flushes += 1) % 2 === 0 ? "after" : undefined)
      return memory
    },
    asked: 3,
    paid: 3,
    kept: 3,
  },
  {
    fault: "the answer to the mark of a submit is lost, and somebody cancels meanwhile",
    memory: storeWithUnheardMarks,
    during: cancelAll,
    paid: 0,
    kept: 0,
    states: { cancelled: 1 },
  },
  {
    fault: "the directory cannot be written any more before the submit",
    during: ({ engine, memory: { faults } }) =>
      Effect.gen(function* () {
        faults.next = () => "before"
        yield* Effect.forkScoped(engine.submit({ model: "fake/one", input: { prompt: "late" } }))
        yield* pass("5 minutes")
        assert.include((yield* engine.trouble)?.message, "the disk is away")
      }),
    asked: 0,
    paid: 0,
    kept: 0,
    states: {},
  },
]

/** Three polls without the end, and then the video: whatever the time is. */
const third = (): NonNullable<Script["state"]> => first(running, running, running, succeeded)

const clocks: ReadonlyArray<Row> = [
  {
    fault: "the machine sleeps for eight hours while the task runs",
    during: ({ setClock }) =>
      inTurn(
        pass("20 seconds"),
        Effect.sync(() => setClock(day / 3)),
        pass("5 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the machine sleeps for eight hours with an undecided submit that can be looked for",
    script: { submits: [lost], canFind: true },
    during: ({ setClock }) =>
      inTurn(
        Effect.sync(() => setClock(day / 3)),
        pass("15 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the clock is set back by a day while the task runs",
    script: { state: third() },
    during: ({ setClock }) =>
      inTurn(
        pass("5 seconds"),
        Effect.sync(() => setClock(-day)),
        pass("10 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the clock is set back by a day while the process is away",
    script: { state: third() },
    during: ({ restart, setClock }) =>
      inTurn(
        pass("5 seconds"),
        Effect.sync(() => setClock(-day)),
        restart,
        pass("10 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
  {
    fault: "the clock is set back by a day before the submit is repeated",
    script: {
      submits: [refusedBy(new NothingSent({ detail: "no route" })), "accepted"],
      state: third(),
    },
    during: ({ setClock }) =>
      inTurn(
        Effect.sync(() => setClock(-day)),
        pass("10 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
]

const people: ReadonlyArray<Row> = [
  {
    fault: "somebody asks twice under one key",
    during: ({ engine }) =>
      inTurn(
        Effect.asVoid(engine.submit({ model: "fake/one", input: { prompt: "0" }, key: "0" })),
        pass("5 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
  {
    fault: "somebody cancels a task that its provider cannot take back",
    during: ({ engine }) =>
      inTurn(
        pass("10 seconds"),
        Effect.flatMap(engine.list(), (all) =>
          Effect.forEach(all, ({ id }) => engine.cancel(id), { discard: true }),
        ),
        pass("5 minutes"),
      ),
    paid: 1,
    kept: 1,
  },
]

const table: Readonly<Record<string, ReadonlyArray<Row>>> = {
  "a submit": submits,
  "a poll": polls,
  "a download": keeps,
  "the store": stores,
  "the clock": clocks,
  "a person": people,
}

for (const [where, rows] of Object.entries(table)) {
  describe(`a fault of ${where} loses nothing, and pays nothing twice`, () => {
    for (const row of rows) it.effect(row.fault, () => play(row))
  })
}
