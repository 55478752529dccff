/**
 * From its turn to a task or a proof that there is none. A new row of a task is made in one place
 * (`turn`), in the same write that leaves `queued`. Whoever has that write recorded may send its one
 * POST; nobody else may, ever.
 */
import { OutcomeUnknown } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Result } from "effect"
import type { Decision, Moment } from "../Decision.ts"
import type { Generation, State, Task } from "../Generation.ts"
import type { Observation } from "../Observation.ts"
import { delayBeforeAttempt } from "./patience.ts"
import { pauseSeconds } from "../Pacing.ts"
import {
  cancelled,
  ended,
  keep,
  lookPauseMillis,
  refuse,
  running,
  undecided,
  write,
} from "./writing.ts"

export const turn = (moment: Moment, generation: Generation): Decision => {
  if (generation.state !== "queued") return refuse("it is not waiting for its turn")
  const last = generation.task
  const task: Task = {
    number: (last?.number ?? 0) + 1,
    token: moment.stamp,
    state: "submitting",
    attempt: last?.state === "refused" ? last.attempt + 1 : 1,
    sentAt: moment.now,
  }
  return write(
    moment,
    generation,
    { state: "submitting", task, dueAt: undefined, hindrance: undefined },
    ["submitting", submitMessage(task)],
  )
}

/** Its turn came, and it could not be sent: it stays in line, and says why. */
export const hindered = (
  moment: Moment,
  generation: Generation,
  { inMillis, why }: Extract<Observation, { readonly _tag: "Hindered" }>,
): Decision => {
  if (generation.state !== "queued") return keep(generation.dueAt)
  const dueAt = moment.now + inMillis
  return generation.hindrance === why
    ? keep(dueAt)
    : write(moment, generation, { dueAt, hindrance: why }, ["hindered", why])
}

const submitMessage = ({ attempt, number }: Task): string =>
  attempt === 1 ? `submit of task ${number}` : `submit of task ${number}, attempt ${attempt}`

/** The one who might have sent this row never will: nothing was paid for it, whatever has become of the rest. */
export const withheld = (
  moment: Moment,
  generation: Generation,
  { task: marked }: Extract<Observation, { readonly _tag: "Withheld" }>,
): Decision => {
  const { cancel, dueAt, state, task } = generation
  const isOpen = task?.state === "submitting" || task?.state === "undecided"
  if (task?.token !== marked.token || !isOpen || !awaiting.has(state)) return keep(dueAt)
  const refused: Task = { ...task, state: "refused" }
  const why = `submit ${task.number} was not sent, since the generation had changed`
  // A person has sent it on its way again already.
  if (state === "queued") return write(moment, generation, { task: refused }, ["late-answer", why])
  return cancel === "no"
    ? write(
        moment,
        generation,
        { state: "queued", task: refused, dueAt: moment.now, error: undefined },
        ["refused", why],
      )
    : cancelled(moment, generation, refused, "cancelled before it was sent")
}

/** States in which the answer of the newest row says how it goes on. */
const awaiting: ReadonlySet<State> = new Set(["submitting", "undecided", "queued", "running"])

export const answered = (
  moment: Moment,
  generation: Generation,
  { answer, learnt, task: sent }: Extract<Observation, { readonly _tag: "Answered" }>,
): Decision => {
  const newest = generation.task?.token === sent.token ? generation.task : undefined
  const row = newest ?? sent
  const isOpen = Result.isSuccess(answer)
    ? row.ref?.taskId !== answer.success.ref.taskId
    : row.ref === undefined && (row.state === "submitting" || row.state === "undecided")
  if (!isOpen) return keep(generation.dueAt)
  if (newest === undefined || !awaiting.has(generation.state)) {
    return late(moment, generation, row, newest !== undefined, answer)
  }
  if (Result.isSuccess(answer)) {
    const { ref } = answer.success
    // A wish to cancel is not kept waiting for the first poll.
    const isPaced = learnt !== undefined && generation.cancel === "no"
    return running(
      moment,
      generation,
      row,
      ref,
      ["submitted", `accepted as task ${ref.taskId}`],
      isPaced ? pauseSeconds(learnt, 0, moment.random) * 1000 : 0,
    )
  }
  const error = answer.failure
  if (error.verdict === "ask") {
    return generation.state === "submitting"
      ? undecided(moment, generation, row, error)
      : keep(generation.dueAt)
  }
  const task: Task = { ...row, state: "refused" }
  // A person has sent it on its way again already; the refusal only proves that this was right.
  if (generation.state === "queued") {
    return write(moment, generation, { task }, ["late-answer", error.message])
  }
  if (generation.cancel !== "no") return cancelled(moment, generation, task, error.message)
  const inMillis = delayBeforeAttempt(moment, generation, row, error)
  return inMillis === undefined
    ? ended(moment, generation, "failed", { task, error }, ["failed", error.message])
    : write(moment, generation, { state: "queued", task, error, dueAt: moment.now + inMillis }, [
        "refused",
        error.message,
      ])
}

/** The answer of a row that the generation has gone on without: the row is put right, the state stays. */
const late = (
  moment: Moment,
  generation: Generation,
  row: Task,
  isNewest: boolean,
  answer: Extract<Observation, { readonly _tag: "Answered" }>["answer"],
): Decision => {
  if (Result.isFailure(answer) && answer.failure.verdict === "ask") {
    return keep(generation.dueAt)
  }
  const message = Result.isSuccess(answer)
    ? `submit ${row.number} was accepted after all as task ${answer.success.ref.taskId}, and may be paid; it is not followed`
    : answer.failure.message
  // A row that follows the task that a person named keeps it; the event tells of the other.
  if (row.ref !== undefined) return write(moment, generation, {}, ["late-answer", message])
  const task: Task = Result.isSuccess(answer)
    ? { ...row, state: "running", ref: answer.success.ref }
    : { ...row, state: "refused" }
  return write(moment, generation, isNewest ? { task } : {}, ["late-answer", message], { task })
}

export const orphaned = (
  moment: Moment,
  generation: Generation,
  {
    why = "the program ended before it had an answer",
  }: Extract<Observation, { readonly _tag: "Orphaned" }>,
): Decision => {
  const { task } = generation
  if (generation.state !== "submitting" || task === undefined) {
    return keep(generation.dueAt)
  }
  const error = new TaskError({
    provider: generation.provider,
    account: generation.account,
    model: generation.model,
    operation: "submit",
    reason: new OutcomeUnknown({
      account: generation.account,
      model: generation.model,
      at: new Date(task.sentAt).toISOString(),
      inputDigest: generation.digest,
      key: task.token,
      detail: why,
      look: "Look in the provider's console for a task of that time.",
    }),
  })
  // Nobody has looked since it was sent, however long ago that was.
  return undecided(moment, generation, task, error, 0)
}

export const looked = (
  moment: Moment,
  generation: Generation,
  { found, task: sent }: Extract<Observation, { readonly _tag: "Looked" }>,
): Decision => {
  if (found !== undefined) {
    return answered(moment, generation, {
      _tag: "Answered",
      task: sent,
      answer: Result.succeed({ ref: found, warnings: [] }),
    })
  }
  const isOurs = generation.state === "undecided" && generation.task?.token === sent.token
  return keep(isOurs ? moment.now + lookPauseMillis(sent.sentAt, moment.now) : generation.dueAt)
}
