/** The bill against what was recorded: the promise of the whole project, in one comparison. */
import * as Task from "@zoetrope/core/Task"
import type { TaskEvent } from "@zoetrope/core/TaskEvent"
import { Effect } from "effect"
import { isDeepStrictEqual } from "node:util"
import { type Bench, impatient, submit, ungated } from "../Bench.ts"
import type { Check } from "../Check.ts"

export const acceptedIsRecorded: Check = {
  name: "every task on the bill is in somebody's hands, and none is there twice",
  why: "A task that is billed and that nobody knows of is a video paid for and lost.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const fault of faults) {
      const before = bench.accepted().length
      if (fault !== "none") bench.simulator.faults.add(`submit:${fault}`)
      const events = yield* told(bench)
      bench.simulator.faults.clear()

      const bill = bench.accepted().slice(before)
      const ids = bill.map((task) => task.id)
      const handles = events.flatMap((event) => (event._tag === "Submitted" ? [event.ref] : []))
      const undecided = events.some((event) => event._tag === "Undecided")
      const strays = handles.filter((ref) => !ids.includes(ref.taskId))
      if (ids.length > 1) complaints.push(`${fault}: one start made ${ids.length} tasks`)
      if (strays.length > 0) {
        complaints.push(`${fault}: there is no task ${strays.map((ref) => ref.taskId).join(", ")}`)
      }
      if (ids.length > handles.length && !undecided) {
        complaints.push(`${fault}: the task ${ids.join(", ")} was accepted, and nobody was told`)
      }
    }
    return [...complaints, ...(yield* atOnce(bench))]
  }),
}

/** Starts that run at the same time must each get its own task. */
const atOnce = Effect.fnUntraced(function* (bench: Bench) {
  const before = bench.accepted().length
  const [start] = bench.starts
  const submitted = yield* Effect.forEach(
    Array.from({ length: 8 }),
    () => submit(bench.provider, start),
    { concurrency: "unbounded" },
  )
  const handles = submitted.map(({ ref }) => ref.taskId).toSorted()
  const bill = bench
    .accepted()
    .slice(before)
    .map(({ id }) => id)
    .toSorted()
  return isDeepStrictEqual(handles, bill)
    ? []
    : [`8 starts at once made the tasks ${bill.join(", ")} and the handles ${handles.join(", ")}`]
})

const faults = [
  "none",
  "lost-answer",
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

/** All that a caller is told by a run that is given up after its first poll. */
const told = Effect.fnUntraced(function* (bench: Bench) {
  const [{ input, model }] = bench.starts
  // Without `find`, so that what is undecided is so at once.
  const { find: _, ...provider } = bench.provider
  const events: Array<TaskEvent> = []
  const run = Task.run(provider, model, input, {
    ...impatient,
    deadlineSeconds: 0,
    onState: (event) => void events.push(event),
  })
  yield* Effect.exit(ungated(run))
  return events
})
