/** The bill against what was recorded: the promise of the whole project, in one comparison. */
import * as Task from "@zoetrope/core/Task"
import { Effect, Result } from "effect"
import { type Bench, impatient, ungated } from "../Bench.ts"
import type { Check } from "../Check.ts"

export const acceptedIsRecorded: Check = {
  name: "every task on the bill is in somebody's hands, and none is there twice",
  why: "A task that is billed and that nobody knows of is a video paid for and lost.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    const handles: Array<string> = []
    let undecided = 0
    let attempts = 0
    for (const fault of faults) {
      if (fault !== "none") bench.simulator.faults.add(`submit:${fault}`)
      const outcome = yield* once(bench, (event) => {
        if (event === "Submitting") attempts += 1
        else if (event === "Undecided") undecided += 1
        else handles.push(event.id)
      })
      bench.simulator.faults.clear()
      if (Result.isSuccess(outcome)) continue
      // What was neither finished nor left to a person must be known not to exist, or be in hand.
      const { reason, ref } = outcome.failure
      if (reason._tag === "OutcomeUnknown" || ref !== undefined) continue
      if (bench.accepted().length > handles.length + undecided) {
        complaints.push(`${fault}: a task was accepted, and all there is of it is ${reason._tag}`)
      }
    }
    const bill = bench.accepted().map((task) => task.id)
    const strays = handles.filter((id) => !bill.includes(id))
    if (strays.length > 0)
      complaints.push(`handles of tasks that do not exist: ${strays.join(", ")}`)
    if (new Set(handles).size !== handles.length) complaints.push("two starts have the same handle")
    const unrecorded = bill.filter((id) => !handles.includes(id)).length
    if (unrecorded > undecided) {
      complaints.push(
        `${bill.length} tasks on the bill, ${handles.length} handles and ${undecided} undecided: ${unrecorded - undecided} tasks are nobody's`,
      )
    }
    const submits = bill.length + bench.simulator.ledger().totals.refused
    if (submits > attempts) {
      complaints.push(`${submits} submits reached the service, ${attempts} were announced`)
    }
    return complaints
  }),
}

const faults = [
  "none",
  "lost-answer",
  "none",
  "reset-before",
  "503:body=html",
  "503:body=html:when=after",
  "html:when=after",
  "malformed",
  "empty",
  "truncate@0.5",
  "400",
  "none",
]

type Told = "Submitting" | "Undecided" | { readonly id: string }

/** A run for a moment: what counts is what is known of its task when it is given up. */
const once = (bench: Bench, tell: (event: Told) => void) => {
  const [{ input, model }] = bench.starts
  const { find: _, ...provider } = bench.provider
  return Task.run(provider, model, input, {
    ...impatient,
    deadlineSeconds: 0,
    onState: (event) => {
      if (event._tag === "Submitted") tell({ id: event.ref.taskId })
      else if (event._tag === "Submitting" || event._tag === "Undecided") tell(event._tag)
    },
  }).pipe(Effect.result, ungated)
}
