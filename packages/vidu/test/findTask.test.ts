/** The search for the task of a lost submit, over a scripted service that lists tasks as the page says. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { refusal } from "./fixtures/documents.ts"
import { account, key, leastInput, requestOf, transport } from "./support/account.ts"
import { answering, type Received, type Scripted } from "@zoetrope/provider-kit/Scripted"

const mark = `zoetrope:${key}`
const sentAt = "2026-11-20T12:00:00.000Z"

interface Task {
  readonly id: string
  readonly payload?: string
  readonly row?: Record<string, unknown>
}

const rowOf = ({ id, row }: Task) => ({
  id,
  key_id: "1",
  type: "unspecified",
  model: "viduq3-turbo",
  prompt: leastInput.prompt,
  state: "processing",
  creations: [],
  created_at: "2026-11-20T12:00:01.504648743Z",
  credits: 60,
  ...row,
})

const queryOf = ({ url }: Received) => new URLSearchParams(url.split("?")[1])

const isList = ({ url }: Received) => url.startsWith("/ent/v2/tasks?")

const creationsOf = (tasks: ReadonlyArray<Task>, { url }: Received): Scripted => {
  const task = tasks.find(({ id }) => url === `/ent/v2/tasks/${id}/creations`)
  return task === undefined
    ? refusal(404, "TaskNotFound")
    : { body: { id: task.id, state: "processing", payload: task.payload ?? "", creations: [] } }
}

/** All tasks on one page. */
const service =
  (tasks: ReadonlyArray<Task>) =>
  (request: Received): Scripted =>
    isList(request)
      ? { body: { next_page_token: "", tasks: tasks.map(rowOf) } }
      : creationsOf(tasks, request)

const found = Effect.fnUntraced(function* (
  answer: (request: Received) => Scripted,
  input: unknown = leastInput,
) {
  const server = yield* answering(answer)
  const provider = yield* account(server.url)
  const request = yield* requestOf(provider, input)
  const outcome = yield* Effect.result(provider.find?.(request, sentAt) ?? Effect.die("no find"))
  return { outcome, requests: server.requests }
})

const ids = (count: number, first = 0): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) =>
    String(947_408_163_915_000_000n + BigInt(first + index)),
  )

describe("find", () => {
  it.live("gives the handle of the task that carries our mark, and of no other", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found(
        service([
          { id: "947408163915751421", payload: "zoetrope:somebody-else" },
          { id: "947408163915751422", payload: "" },
          { id: "947408163915751423", payload: mark },
          { id: "947408163915751424", payload: `${mark}0` },
        ]),
        { ...leastInput, watermark: true },
      )
      const ref = Result.getOrThrow(outcome)
      assert.strictEqual(ref?.taskId, "947408163915751423")
      assert.strictEqual(ref?.model, "vidu/img2video")
      // By our clock, as the age of every other task is: the service's may be far off.
      assert.strictEqual(ref?.submittedAt, sentAt)
      assert.deepStrictEqual(ref?.query, { watermark: "true" })
      assert.isTrue(requests.every(({ method }) => method === "GET"))
      assert.deepStrictEqual(
        [...queryOf(requests[0] ?? assert.fail("no request"))],
        [
          ["created_at.from", "2026-11-20T11:50:00.000Z"],
          ["pager.pagesz", "100"],
          ["pager.page", "0"],
        ],
      )
    }).pipe(Effect.provide(transport)),
  )

  it.live("finds nothing where no task carries it, which is no failure", () =>
    Effect.gen(function* () {
      const { outcome } = yield* found(service([{ id: "1", payload: "x" }, { id: "2" }]))
      assert.isUndefined(Result.getOrThrow(outcome))
    }).pipe(Effect.provide(transport)),
  )

  it.live("asks nobody where the person uses the payload", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found(service([{ id: "1", payload: mark }]), {
        ...leastInput,
        payload: mark,
      })
      assert.isUndefined(Result.getOrThrow(outcome))
      assert.lengthOf(requests, 0)
    }).pipe(Effect.provide(transport)),
  )

  const old = "2026-11-20T11:49:59.000Z"
  for (const [what, row, read, input] of [
    ["another model", { model: "viduq1" }, false, leastInput],
    ["another prompt", { prompt: "a blue kite" }, false, leastInput],
    ["a time before the submit", { created_at: old }, false, leastInput],
    [
      "a time within the leeway of clocks",
      { created_at: "2026-11-20T11:51:00Z" },
      true,
      leastInput,
    ],
    ["blanks around the prompt", { prompt: ` ${leastInput.prompt}\n` }, true, leastInput],
    ["no model, prompt and time", { model: 1, prompt: null, created_at: "soon" }, true, leastInput],
    [
      "any prompt, for a start without one",
      { prompt: "made up" },
      true,
      { image: leastInput.image },
    ],
    [
      "any prompt, for a recommended one",
      { prompt: "made up" },
      true,
      { ...leastInput, is_rec: true },
    ],
    ["the payload of another", { payload: "theirs" }, false, leastInput],
  ] as const) {
    it.live(`${read ? "reads" : "passes over"} a row with ${what}`, () =>
      Effect.gen(function* () {
        const { outcome, requests } = yield* found(
          service([{ id: "7", payload: mark, row }]),
          input,
        )
        assert.strictEqual(Result.getOrThrow(outcome)?.taskId, read ? "7" : undefined)
        assert.lengthOf(requests, read ? 2 : 1)
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("believes a row that shows our mark itself", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found(service([{ id: "7", row: { payload: mark } }]))
      assert.strictEqual(Result.getOrThrow(outcome)?.taskId, "7")
      assert.lengthOf(requests, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("keeps an id that a relay has made a number, and passes over what is no id", () =>
    Effect.gen(function* () {
      const task = { id: "947408163915751423", payload: mark }
      const { outcome, requests } = yield* found((request) =>
        isList(request)
          ? {
              body: JSON.stringify({
                tasks: [null, {}, { id: "../credits" }, rowOf(task)],
              }).replace(`"${task.id}"`, task.id),
            }
          : creationsOf([task], request),
      )
      assert.strictEqual(Result.getOrThrow(outcome)?.taskId, task.id)
      assert.deepStrictEqual(
        requests.slice(1).map(({ url }) => url),
        [`/ent/v2/tasks/${task.id}/creations`],
      )
    }).pipe(Effect.provide(transport)),
  )

  it.live("reads what was made nearest to the submit first", () =>
    Effect.gen(function* () {
      const tasks = [
        { id: "1", row: { created_at: "2026-11-20T12:05:00Z" } },
        { id: "2", row: { created_at: undefined } },
        { id: "3", row: { created_at: "2026-11-20T12:00:02Z" }, payload: mark },
        { id: "4", row: { created_at: "2026-11-20T11:59:59Z" } },
      ]
      const { requests } = yield* found(service(tasks))
      assert.deepStrictEqual(
        requests.slice(1).map(({ url }) => url.split("/")[4]),
        ["4", "3"],
      )
    }).pipe(Effect.provide(transport)),
  )

  const pages = (tasks: ReadonlyArray<Task>, size: number) => ({
    byToken: (request: Received): Scripted => {
      if (!isList(request)) return creationsOf(tasks, request)
      const start = Number(queryOf(request).get("pager.page_token") ?? "0")
      const end = start + size
      return {
        body: {
          next_page_token: end < tasks.length ? String(end) : "",
          tasks: tasks.slice(start, end).map(rowOf),
        },
      }
    },
    byNumber: (request: Received): Scripted => {
      if (!isList(request)) return creationsOf(tasks, request)
      const start = Number(queryOf(request).get("pager.page")) * size
      return { body: { tasks: tasks.slice(start, start + size).map(rowOf) } }
    },
  })
  const others = (count: number): ReadonlyArray<Task> =>
    ids(count).map((id) => ({ id, row: { model: "viduq1" } }))

  it.live("turns pages by token, whatever their size", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found(
        pages([...others(25), { id: "7", payload: mark }], 10).byToken,
      )
      assert.strictEqual(Result.getOrThrow(outcome)?.taskId, "7")
      assert.lengthOf(requests.filter(isList), 3)
    }).pipe(Effect.provide(transport)),
  )

  it.live("turns full pages by number where there is no token", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found(
        pages([...others(150), { id: "7", payload: mark }], 100).byNumber,
      )
      assert.strictEqual(Result.getOrThrow(outcome)?.taskId, "7")
      assert.lengthOf(requests.filter(isList), 2)
    }).pipe(Effect.provide(transport)),
  )

  it.live("ends where a service gives the same page for ever", () =>
    Effect.gen(function* () {
      const tasks = others(100)
      const { outcome, requests } = yield* found(() => ({
        body: { next_page_token: "again", tasks: tasks.map(rowOf) },
      }))
      assert.isUndefined(Result.getOrThrow(outcome))
      assert.lengthOf(requests, 2)
    }).pipe(Effect.provide(transport)),
  )

  it.live("ends after 20 pages and 100 tasks read one by one", () =>
    Effect.gen(function* () {
      let lists = 0
      const { outcome, requests } = yield* found((request) =>
        isList(request)
          ? {
              body: {
                next_page_token: String(++lists),
                tasks: ids(10, lists * 10).map((id) => rowOf({ id })),
              },
            }
          : { body: { state: "processing", payload: "" } },
      )
      assert.isUndefined(Result.getOrThrow(outcome))
      assert.lengthOf(requests.filter(isList), 20)
      assert.lengthOf(requests, 120)
    }).pipe(Effect.provide(transport)),
  )

  for (const [what, answer, reason] of [
    ["a wrong key", refusal(401, "Unauthorized"), "Unauthorized"],
    ["too many calls", refusal(429, "TooManyRequests"), "RateLimited"],
    ["a proxy", { status: 502, body: "<html></html>" }, "Unavailable"],
    ["JSON without a list", { body: {} }, "Unavailable"],
    ["a reset", "reset", "Unavailable"],
  ] satisfies ReadonlyArray<readonly [string, Scripted, string]>) {
    it.live(`fails where the list cannot be read: ${what}`, () =>
      Effect.gen(function* () {
        const { outcome } = yield* found(() => answer)
        if (Result.isSuccess(outcome)) return assert.fail("found or not")
        assert.strictEqual(outcome.failure.reason._tag, reason)
        assert.strictEqual(outcome.failure.operation, "find")
        assert.strictEqual(outcome.failure.verdict, "stop")
      }).pipe(Effect.provide(transport)),
    )
  }

  it.live("gives up after three reads without an answer, so that nobody waits for a hundred", () =>
    Effect.gen(function* () {
      const { outcome, requests } = yield* found((request) =>
        isList(request)
          ? { body: { tasks: ids(10).map((id) => rowOf({ id })) } }
          : { status: 503, body: "<html></html>" },
      )
      assert.isTrue(Result.isFailure(outcome))
      assert.lengthOf(requests, 4)
    }).pipe(Effect.provide(transport)),
  )

  it.live("goes on past a task that cannot be read, and fails if it finds no other", () =>
    Effect.gen(function* () {
      const broken = (tasks: ReadonlyArray<Task>) => (request: Received) =>
        request.url.includes("/tasks/1/")
          ? refusal(500, "InternalServiceFailure")
          : service(tasks)(request)
      const other = yield* found(broken([{ id: "1" }, { id: "2", payload: mark }]))
      assert.strictEqual(Result.getOrThrow(other.outcome)?.taskId, "2")
      const none = yield* found(broken([{ id: "1" }, { id: "2" }]))
      assert.strictEqual(Result.getOrThrow(Result.flip(none.outcome)).reason._tag, "ProviderFault")
    }).pipe(Effect.provide(transport)),
  )
})
