/** Inputs that a document rules out, and credentials that are wrong: refused before anything is paid. */
import * as Task from "@zoetrope/core/Task"
import type { Verdict } from "@zoetrope/core/Verdict"
import { Effect, Result } from "effect"
import { accept, impatient, submit, ungated, wrongSecret } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { type Outcome, words } from "../internal/outcome.ts"
import * as Wire from "../Wire.ts"

export const badInputs: Check = {
  name: "a bad input is refused without a call, by the name of its field",
  why: "What the document rules out is refused by the service at best, and at worst made and billed.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { provider, wire } = bench
    const complaints: Array<string> = []
    const unknownField = bench.starts.map(({ input, model }) => ({
      model: model.id,
      input: { ...(input as object), no_such_field: 1 },
      path: "/no_such_field",
    }))
    const notObjects = bench.starts.map(({ model }) => ({ model: model.id, input: [], path: "" }))
    for (const bad of [...bench.subject.badInputs, ...unknownField, ...notObjects]) {
      const { model } = bench.ready({ model: bad.model, input: () => bad.input })
      const before = wire.seen.length
      const outcome = yield* Task.run(provider, model, bad.input, {
        ...impatient,
        deadlineSeconds: 0,
      }).pipe(Effect.result, ungated)
      const what = `${bad.model}, ${bad.path === "" ? "the input as a whole" : bad.path}`
      const reason = Result.isFailure(outcome) ? outcome.failure.reason : undefined
      if (reason?._tag !== "InvalidInput") {
        complaints.push(`${what}: ${words(outcome)}; wanted InvalidInput`)
      } else if (!reason.issues.some((issue) => issue.path === bad.path)) {
        const named = reason.issues.map((issue) => issue.path).join(", ")
        complaints.push(`${what}: the refusal names ${named}`)
      } else if (
        reason.issues.some((issue) => issue.message === "" || issue.document === undefined)
      ) {
        complaints.push(`${what}: the refusal does not say what is wrong, or by which document`)
      }
      if (wire.seen.length !== before) complaints.push(`${what}: it was sent`)
    }
    return complaints
  }),
}

export const credentials: Check = {
  name: "good credentials are told from bad ones, and bad ones cost no task",
  why: "A wrong secret is mended by a person in a minute; a task that is given up for it is lost.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const wrong = yield* bench.make({
      account: wrongSecret(bench.accounts.own),
    })
    const nowhere = yield* bench.make({ baseUrl: yield* Wire.closedAddress })
    const ref = yield* accept(bench)
    const before = bench.accepted().length
    const complaints: Array<string> = []

    const healths = [
      ["the right credentials", bench.provider, ["well"]],
      ["a wrong secret", wrong, ["wrong-secret", "wrong-key", "wrong-token"]],
      ["an address where nobody listens", nowhere, ["unreachable"]],
    ] as const
    for (const [what, provider, statuses] of healths) {
      const health = yield* provider.check
      if (!statuses.some((status) => status === health.status) || health.message === "") {
        complaints.push(`check with ${what}: ${health.status}; wanted ${statuses.join(" or ")}`)
      }
    }
    const submitted = yield* Effect.result(submit(wrong, bench.starts[0]))
    if (!refusedAs(submitted, "stop")) {
      complaints.push(`submit with a wrong secret: ${words(submitted)}; wanted Unauthorized, stop`)
    }
    const polled = yield* Effect.result(wrong.poll({ ...ref, key: wrong.key }))
    if (!refusedAs(polled, "wait")) {
      complaints.push(`poll with a wrong secret: ${words(polled)}; wanted Unauthorized, wait`)
    }
    const made = bench.accepted().length - before
    return made === 0 ? complaints : [...complaints, `${made} tasks were made on the way`]
  }),
}

const refusedAs = (outcome: Outcome, verdict: Verdict): boolean =>
  Result.isFailure(outcome) &&
  ["Unauthorized", "Forbidden"].includes(outcome.failure.reason._tag) &&
  outcome.failure.verdict === verdict
