/** The documented tables, each row at the wire; and what no document names. */
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect, Result } from "effect"
import { accept, type Bench, type ReadyStart, submit } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { errorOf, type Outcome, stateOf, words } from "../internal/outcome.ts"
import type { CodeRow, Subject, WireAnswer } from "../Subject.ts"
import { sendInto } from "../internal/submits.ts"

export const documentedCodes: Check = {
  name: "a documented code gives its documented verdict",
  why: "The vendor's own word on trying again decides whether a task is paid for once more.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      const ref = yield* accept(bench, start)
      for (const row of bench.subject.codes) {
        if (!concerns(row, start)) continue
        const outcome = yield* answered(bench, start, ref, row)
        const wrong = judged(row, outcome)
        if (wrong.length > 0) {
          complaints.push(
            `${start.model.id}, ${row.at}, ${row.code}: ${words(outcome)}; wanted ${wrong.join(", ")}`,
          )
        }
      }
    }
    const silent = (["submit", "poll"] as const).filter(
      (at) => !bench.subject.codes.some((row) => row.at === at),
    )
    return [...complaints, ...silent.map((at) => `the subject has no codes for a ${at}`)]
  }),
}

const answered = Effect.fnUntraced(function* (
  { provider, simulator, wire }: Bench,
  start: ReadyStart,
  ref: TaskRef,
  { answer, at, code }: CodeRow,
): Effect.fn.Return<Outcome, unknown> {
  if (answer !== undefined) wire.next(async () => replyOf(answer))
  else simulator.faults.add(`${at}:code=${encodeURIComponent(code)}`)
  const outcome: Outcome =
    at === "submit"
      ? yield* Effect.result(submit(provider, start))
      : yield* Effect.result(provider.poll(ref))
  simulator.faults.clear()
  return outcome
})

const replyOf = ({ body, headers, status }: WireAnswer) => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
})

/** What the row wants and the outcome is not. */
const judged = (row: CodeRow, outcome: Outcome): ReadonlyArray<string> => {
  const error = errorOf(outcome)
  const state = stateOf(outcome)?._tag
  const wrong: Array<string> = []
  if (row.state !== state) {
    wrong.push(row.state === undefined ? "a failure of the call" : `the task to be ${row.state}`)
  }
  if (row.verdict !== undefined && error?.verdict !== row.verdict) {
    wrong.push(`the verdict ${row.verdict}`)
  }
  if (row.reason !== undefined && error?.reason._tag !== row.reason) {
    wrong.push(`the reason ${row.reason}`)
  }
  if (error !== undefined && error.code !== row.code)
    wrong.push(`the code ${row.code} in the error`)
  return wrong
}

export const documentedStates: Check = {
  name: "a documented state is what its document says",
  why: "A task that is taken for failed while it runs is paid for and given up.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      const ref = yield* accept(bench, start)
      for (const row of bench.subject.states) {
        if (!concerns(row, start)) continue
        const outcome = yield* polledIn(bench, ref, row.wire)
        if (stateOf(outcome)?._tag !== row.state) {
          complaints.push(
            `${start.model.id}, ${row.wire}: ${words(outcome)}; wanted the task to be ${row.state}`,
          )
        }
      }
    }
    return complaints
  }),
}

export const unknownState: Check = {
  name: "a state that no document names is Running, with a warning",
  why: "Vendors add states without notice; a task in a new one goes on, and may be paid for.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      const ref = yield* accept(bench, start)
      const outcome = yield* polledIn(bench, ref, bench.subject.unknown.state)
      if (Result.isFailure(outcome) || outcome.success.state._tag !== "Running") {
        complaints.push(`${start.model.id}: ${words(outcome)}; wanted the task to be Running`)
      } else if (outcome.success.warnings.length === 0) {
        complaints.push(`${start.model.id}: nobody is warned of the unknown state`)
      }
    }
    return complaints
  }),
}

export const unknownCode: Check = {
  name: "a code that no document names is never repeated and never made again",
  why: "Nothing is known about it, so nothing may be paid on its account.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { code } = bench.subject.unknown
    const complaints = yield* sendInto(bench, [
      { fault: `code=${encodeURIComponent(code)}`, gives: ["stop"], accepts: 0 },
    ])
    for (const start of bench.starts) {
      const ref = yield* accept(bench, start)
      const outcome = yield* answered(bench, start, ref, { at: "poll", code })
      const verdict = errorOf(outcome)?.verdict
      if (verdict !== "stop" && verdict !== "ask" && verdict !== "wait") {
        complaints.push(
          `${start.model.id}, poll: ${words(outcome)}; wanted an error with the verdict stop, ask or wait`,
        )
      }
    }
    return complaints
  }),
}

const polledIn = (bench: Bench, ref: TaskRef, state: string) => {
  bench.simulator.faults.add(`poll:state=${encodeURIComponent(state)}`)
  return Effect.ensuring(
    Effect.result(bench.provider.poll(ref)),
    Effect.sync(() => bench.simulator.faults.clear()),
  )
}

const concerns = (
  row: Subject["codes"][number] | Subject["states"][number],
  start: ReadyStart,
): boolean => row.models === undefined || row.models.includes(start.model.id)
