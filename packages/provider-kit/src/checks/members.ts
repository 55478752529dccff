/** The members that only some providers have; each is judged where the subject describes it. */
import type { CallbackRequest, SubmitRequest } from "@zoetrope/core/Provider"
import { Clock, Effect, Result } from "effect"
import { requestOf, submit, wrongSecret } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { errorOf, stateOf, words } from "../internal/outcome.ts"
import type { Script } from "../Wire.ts"
import * as Wire from "../Wire.ts"

export const cancel: Check = {
  name: "cancel takes a task back, or says why not",
  why: "A task that is believed to be cancelled and is not goes on and is billed.",
  money: true,
  applies: ({ cancel: start }) => start !== undefined,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, subject } = bench
    if (provider.cancel === undefined || subject.cancel === undefined) return [absent("cancel")]
    const complaints: Array<string> = []
    const start = bench.ready(subject.cancel)
    const { ref } = yield* submit(provider, start)
    const taken = yield* Effect.result(provider.cancel(ref))
    if (Result.isFailure(taken) || taken.success.message === "") {
      complaints.push(`a waiting task: ${words(taken)}; wanted a word on what it costs`)
    }
    const after = yield* Effect.result(provider.poll(ref))
    const state = stateOf(after)?._tag
    if (state !== "Cancelled" && !(state === "Failed" && errorOf(after)?.verdict === "stop")) {
      complaints.push(`a cancelled task: ${words(after)}; wanted Cancelled`)
    }
    const { ref: done } = yield* submit(provider, bench.starts[0])
    yield* bench.finish
    const late = yield* Effect.result(provider.cancel(done))
    if (Result.isSuccess(late) || late.failure.reason._tag !== "CancelRefused") {
      complaints.push(`a finished task: ${words(late)}; wanted CancelRefused`)
    }
    for (const status of [500, 503]) {
      bench.wire.next(async () => ({ status, headers: {}, body: "<html>proxy</html>" }))
      const lost = yield* Effect.result(provider.cancel(done))
      if (Result.isSuccess(lost)) complaints.push(`HTTP ${status} from a proxy counts as cancelled`)
    }
    return complaints
  }),
}

export const find: Check = {
  name: "find finds the task of a lost answer by its key, and no other",
  why: "Another start's task in its place is a video delivered to the wrong person, and one lost.",
  money: true,
  applies: ({ find: start }) => start !== undefined,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, subject } = bench
    if (provider.find === undefined || subject.find === undefined) return [absent("find")]
    const complaints: Array<string> = []
    const start = bench.ready(subject.find)
    const sentAt = new Date(yield* Clock.currentTimeMillis).toISOString()
    const lost: Array<{ readonly request: SubmitRequest; readonly id: string }> = []
    yield* submit(provider, start)
    for (let count = 0; count < 2; count++) {
      const request = yield* requestOf(provider, start)
      bench.simulator.faults.add("submit:lost-answer")
      yield* Effect.result(provider.submit(request))
      lost.push({ request, id: bench.accepted().at(-1)?.id ?? "" })
    }
    yield* submit(provider, start)
    const before = bench.accepted().length
    for (const { id, request } of lost) {
      const found = yield* Effect.result(provider.find(request, sentAt))
      const ref = Result.isSuccess(found) ? found.success : undefined
      if (ref?.taskId !== id) {
        complaints.push(
          `the task ${id}: found ${ref?.taskId ?? (Result.isFailure(found) ? words(found) : "nothing")}`,
        )
        continue
      }
      const polled = yield* Effect.result(provider.poll(ref))
      if (Result.isFailure(polled)) complaints.push(`what was found: ${words(polled)}`)
    }
    bench.simulator.faults.add("submit:reset-before")
    const never = yield* requestOf(provider, start)
    yield* Effect.result(provider.submit(never))
    const nothing = yield* Effect.result(provider.find(never, sentAt))
    if (Result.isSuccess(nothing) && nothing.success !== undefined) {
      complaints.push(`a submit that never arrived: found ${nothing.success.taskId}`)
    }
    const made = bench.accepted().length - before
    return made === 0 ? complaints : [...complaints, `looking made ${made} tasks`]
  }),
}

export const credits: Check = {
  name: "credits tell what is left, or why not",
  why: "A made-up balance stops work that was paid for, or starts work that was not.",
  money: false,
  applies: ({ credits: declared }) => declared === true,
  run: Effect.fnUntraced(function* (bench) {
    const wrong = yield* bench.make({
      account: wrongSecret(bench.accounts.own),
    })
    if (bench.provider.credits === undefined || wrong.credits === undefined)
      return [absent("credits")]
    const complaints: Array<string> = []
    const told = yield* Effect.result(bench.provider.credits)
    if (Result.isFailure(told) || !Number.isFinite(told.success.remaining)) {
      complaints.push(`the right credentials: ${words(told)}; wanted a number`)
    }
    const refused = yield* Effect.result(wrong.credits)
    const reason = Result.isFailure(refused) ? refused.failure.reason._tag : undefined
    if (reason !== "Unauthorized" && reason !== "Forbidden") {
      complaints.push(`a wrong secret: ${words(refused)}; wanted Unauthorized`)
    }
    for (const body of ["<html>proxy</html>", "{", "", "{}"]) {
      bench.wire.next(async () => ({ status: 200, headers: {}, body }))
      const made = yield* Effect.result(bench.provider.credits)
      if (Result.isSuccess(made))
        complaints.push(`${body} becomes ${made.success.remaining} credits`)
    }
    return complaints
  }),
}

export const callbacks: Check = {
  name: "a callback is believed only as the vendor signed it, and not later than its time",
  why: "A callback address is open to everybody.",
  money: true,
  applies: ({ callbacks: declared }) => declared === true,
  run: Effect.fnUntraced(function* (bench) {
    const { accounts, provider } = bench
    const other = yield* bench.make({ account: accounts.other })
    if (provider.callbacks === undefined || other.callbacks === undefined) {
      return [absent("callbacks")]
    }
    const receiver = yield* Wire.open(bench.simulator.url)
    receiver.next(...Array.from({ length: 20 }, () => thanks))
    const request = yield* requestOf(provider, bench.starts[0])
    yield* provider.submit({ ...request, callbackUrl: `${receiver.url}/hooks/video?job=42&b=1` })
    yield* bench.finish
    const received = receiver.seen.map(callbackOf)
    const [genuine] = received
    if (genuine === undefined) return ["a submit with a callback address is never called back"]

    const complaints: Array<string> = []
    const now = yield* Clock.currentTimeMillis
    const judge = (judged: CallbackRequest, seconds = 0, by = provider.callbacks) =>
      by?.verify(judged, new Date(now + seconds * 1000), tolerance) ?? Effect.undefined
    const nonces: Array<string> = []
    for (const one of received) {
      const verdict = yield* judge(one)
      if (verdict?._tag !== "Genuine") {
        complaints.push(`a genuine callback is refused: ${verdict?.why}`)
        continue
      }
      nonces.push(verdict.nonce)
      if (verdict.key !== undefined && verdict.key !== request.key) {
        complaints.push(`a callback is read as that of another start, ${verdict.key}`)
      }
    }
    if (nonces.includes("") || new Set(nonces).size !== nonces.length) {
      complaints.push("two callbacks have the same nonce, or none, so a replay cannot be told")
    }
    const forged: ReadonlyArray<readonly [string, CallbackRequest, number]> = [
      ["one that is too old", genuine, 3 * tolerance],
      ["one from the future", genuine, -3 * tolerance],
      ["one to another path", { ...genuine, path: "/hooks/other" }, 0],
      ["one with another query", { ...genuine, query: `${genuine.query}&job=43` }, 0],
      ["one with its query reordered", { ...genuine, query: reversed(genuine.query) }, 0],
      ["one by another method", { ...genuine, method: "PUT" }, 0],
      ["one without headers", { ...genuine, headers: {} }, 0],
    ]
    for (const [what, judged, seconds] of forged) {
      const verdict = yield* judge(judged, seconds)
      if (verdict?._tag !== "Refused" || verdict.why === "") {
        complaints.push(`${what} is ${verdict?._tag}; wanted Refused, and why`)
      }
    }
    for (const [name, value] of Object.entries(genuine.headers)) {
      const verdict = yield* judge({
        ...genuine,
        headers: { ...genuine.headers, [name]: `${value}x` },
      })
      // A header that nobody looks at may say what it likes.
      if (verdict?._tag === "Genuine" && verdict.nonce !== nonces[0]) {
        complaints.push(`one with another ${name} passes as another callback`)
      }
    }
    const foreign = yield* judge(genuine, 0, other.callbacks)
    if (foreign?._tag !== "Refused") complaints.push("another account's callback is believed")
    return complaints
  }),
}

/** Seconds; more than the simulated time that passes, by which a callback may be dated. */
const tolerance = 24 * 3600

const thanks: Script = () => Promise.resolve({ status: 200, headers: {}, body: "" })

const callbackOf = ({ body, headers, method, path }: Wire.Seen): CallbackRequest => {
  const [plain = "", ...query] = path.split("?")
  return {
    method,
    path: plain,
    query: query.join("?"),
    headers,
    body: new TextEncoder().encode(body),
  }
}

const reversed = (query: string): string => query.split("&").toReversed().join("&")

const absent = (member: string): string => `${member} is described by the subject, but is no member`
