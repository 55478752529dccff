/** The handle of a task: whole, exact, portable, and bound to its account. */
import type { Provider } from "@zoetrope/core/Provider"
import { TaskError } from "@zoetrope/core/TaskError"
import * as TaskRef from "@zoetrope/core/TaskRef"
import { Clock, Effect, Result, Schema } from "effect"
import { isDeepStrictEqual } from "node:util"
import { accept, type Bench, type ReadyStart, submit, timeoutSeconds } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { pollElsewhere } from "../internal/elsewhere.ts"
import { words } from "../internal/outcome.ts"

export const wholeHandle: Check = {
  name: "an accepted submit gives a handle with all that a poll needs",
  why: "The handle is the only way to a video that was just paid for.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider } = bench
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      const before = yield* Clock.currentTimeMillis
      const ref = yield* accept(bench, start)
      const after = yield* Clock.currentTimeMillis
      const wanted = {
        provider: provider.id,
        account: provider.account,
        key: provider.key,
        model: start.model.id,
        taskId: bench.accepted().at(-1)?.id ?? "",
      }
      for (const [name, value] of Object.entries(wanted)) {
        const given = ref[name as keyof typeof wanted]
        if (given !== value) {
          complaints.push(`${start.model.id}: ${name} is ${given}; wanted ${value}`)
        }
      }
      const at = Date.parse(ref.submittedAt)
      if (!(at >= before - 1000 && at <= after + 1000)) {
        complaints.push(`${start.model.id}: submittedAt is ${ref.submittedAt}, which is not now`)
      }
      const again = yield* Effect.result(TaskRef.fromHandle(TaskRef.toHandle(ref)))
      if (Result.isFailure(again) || !isDeepStrictEqual(again.success, { ...ref })) {
        complaints.push(`${start.model.id}: the handle does not survive JSON`)
      }
    }
    return complaints
  }),
}

export const exactIds: Check = {
  name: "a task id stays the text that it was",
  why: "Ids of 18 digits and more are rounded by whoever parses them as numbers, and the task is lost.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) complaints.push(...(yield* exactFor(bench, start)))
    return complaints
  }),
}

/** One above 2^53, one above int64, one above uint64: odd numbers, which no double holds. */
const longIds = ["9007199254740993", "9223372036854775809", "18446744073709551617"]

const exactFor = Effect.fnUntraced(function* (bench: Bench, start: ReadyStart) {
  const { provider, wire } = bench
  const complaints: Array<string> = []
  const real = yield* accept(bench, start)
  // Ids that are no numbers can only stay what they are.
  const forms = /^\d+$/.test(real.taskId)
    ? longIds.flatMap((id) => [
        { id, quoted: true },
        { id, quoted: false },
      ])
    : [{ id: undefined, quoted: true }]
  for (const { id: wanted, quoted } of forms) {
    wire.next(async (service) => {
      const reply = await service()
      const given = bench.accepted().at(-1)?.id ?? ""
      const id = wanted ?? given
      const body = quoted
        ? reply.body.replaceAll(given, id)
        : reply.body.replaceAll(`"${given}"`, id)
      return { ...reply, body }
    })
    const outcome = yield* Effect.result(submit(provider, start))
    const id = wanted ?? bench.accepted().at(-1)?.id ?? ""
    const what = `${start.model.id}, ${quoted ? "" : "a relay has taken the quotes from "}${id}`
    if (Result.isFailure(outcome)) {
      // Without its quotes it is no longer what the vendor documents: undecided is honest, too.
      if (quoted || outcome.failure.verdict !== "ask") complaints.push(`${what}: ${words(outcome)}`)
      continue
    }
    if (outcome.success.ref.taskId !== id) {
      complaints.push(`${what}: became ${outcome.success.ref.taskId}`)
      continue
    }
    yield* Effect.result(provider.poll(outcome.success.ref))
    const asked = wire.seen.at(-1)
    const texts = `${asked?.path ?? ""}\n${asked?.body ?? ""}`
    if (!texts.includes(id) && !texts.includes(encodeURIComponent(id))) {
      complaints.push(`${what}: the poll asks for another task`)
    }
  }
  return complaints
})

export const freshProcess: Check = {
  name: "a handle is all that another process needs",
  why: "The program that paid may die; whoever has its handle must get the video.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const refs = yield* Effect.forEach(bench.starts, (start) => accept(bench, start))
    yield* bench.finish
    const found = yield* Effect.result(
      pollElsewhere({
        module: bench.subject.module.href,
        target: { baseUrl: bench.wire.url, account: bench.accounts.own, timeoutSeconds },
        handles: refs.map(TaskRef.toHandle),
      }),
    )
    if (Result.isFailure(found)) return [found.failure.message]
    return refs.flatMap(({ model }, index) => {
      const state = found.success[index]?._tag
      return state === "Succeeded" ? [] : [`${model}: another process finds the task ${state}`]
    })
  }),
}

export const foreignHandle: Check = {
  name: "a foreign handle is refused before any call",
  why: "Another account's service answers that there is no such task, and somebody pays for it again.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, wire } = bench
    const ref = yield* accept(bench)
    const other = yield* bench.make({ account: bench.accounts.other })
    const before = wire.seen.length
    const complaints: Array<string> = []
    const cases: ReadonlyArray<readonly [string, Provider, TaskRef.TaskRef]> = [
      ["another provider's handle", provider, { ...ref, provider: "somebody-else" }],
      ["another key's handle", provider, { ...ref, key: "000000000000" }],
      ["the handle with another account's credentials", other, ref],
    ]
    for (const [what, judge, handle] of cases) {
      const calls: ReadonlyArray<readonly [string, Effect.Effect<object, TaskError>]> = [
        ["poll", judge.poll(handle)],
        ...(judge.cancel === undefined ? [] : [["cancel", judge.cancel(handle)] as const]),
      ]
      for (const [name, call] of calls) {
        const outcome = yield* Effect.result(call)
        if (Result.isSuccess(outcome) || outcome.failure.reason._tag !== "ForeignHandle") {
          complaints.push(`${name}, ${what}: ${words(outcome)}; wanted ForeignHandle`)
        }
      }
    }
    const calls = wire.seen.length - before
    return calls === 0
      ? complaints
      : [...complaints, `${calls} calls were made for foreign handles`]
  }),
}

export const errorsInJson: Check = {
  name: "errors survive JSON",
  why: "A failure is stored and shown by other processes, with its verdict.",
  money: false,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, simulator } = bench
    const ref = yield* accept(bench)
    const complaints: Array<string> = []
    for (const fault of ["400", "401", "429", "503:body=html", "html", "empty", "reset-before"]) {
      simulator.faults.add(`any:${fault}:n=2`)
      const calls: ReadonlyArray<Effect.Effect<unknown, TaskError>> = [
        submit(provider, bench.starts[0]),
        provider.poll(ref),
      ]
      for (const call of calls) {
        const outcome = yield* Effect.result(call)
        if (Result.isSuccess(outcome)) continue
        const { failure } = outcome
        const codec = Schema.fromJsonString(Schema.toCodecJson(TaskError))
        const again = yield* Schema.decodeEffect(codec)(yield* Schema.encodeEffect(codec)(failure))
        if (again.message !== failure.message || again.verdict !== failure.verdict) {
          complaints.push(`${fault}: ${words(outcome)} became ${again.message}`)
        }
        if (failure.provider !== provider.id || failure.account !== provider.account) {
          complaints.push(`${fault}: the error names ${failure.provider}, ${failure.account}`)
        }
      }
      simulator.faults.clear()
    }
    return complaints
  }),
}
