/**
 * What an adapter makes of a code, asked of the adapter itself: a code is put into an answer, and the
 * provider's own `readSubmit` and `readPoll` are called with it. Owns the sentences for what they say.
 */
import type { Text } from "@zoetrope/core/Model"
import { notFoundGraceSeconds } from "@zoetrope/core/Poll"
import { Cancelled, type Reason, Unproven } from "@zoetrope/core/Reason"
import { verdictOf } from "@zoetrope/core/Verdict"
import type { Answer } from "./Section.ts"
import { verdictLink } from "./verdicts.ts"

/** What every provider's `readSubmit` gives. */
export type SubmitResult =
  | { readonly _tag: "Accepted" }
  | { readonly _tag: "Refused"; readonly reason: Reason }

/** What every provider's `readPoll` gives. */
export type PollResult =
  | { readonly _tag: "State"; readonly state: { readonly _tag: string } }
  | { readonly _tag: "CallFailed" | "TaskFailed"; readonly reason: Reason }

export const ofSubmit = (result: SubmitResult): Answer => {
  if (result._tag === "Accepted") throw new Error("an error code was read as a task")
  const { reason } = result
  return { _tag: "NotAccepted", reason, verdict: verdictOf("submit", reason) }
}

export const ofPoll = (result: PollResult): Answer => {
  switch (result._tag) {
    case "CallFailed":
      return { ...result, verdict: verdictOf("poll", result.reason) }
    case "TaskFailed":
      return { ...result, verdict: verdictOf("task", result.reason) }
    case "State":
      return ofState(result.state._tag)
  }
}

/** The reasons that the core gives for these states. */
const ofState = (state: string): Answer => {
  switch (state) {
    case "NotFound": {
      const reason = new Unproven({ state: "not_found", detail: "" })
      return { _tag: "NotFound", reason, verdict: verdictOf("task", reason) }
    }
    case "Cancelled": {
      const reason = new Cancelled()
      return { _tag: "Cancelled", reason, verdict: verdictOf("task", reason) }
    }
    default:
      throw new Error(`an error code was read as the state ${state}`)
  }
}

/** One sentence, with a link to the verdict. */
export const sentenceOf = (answer: Answer): Text => {
  const what = whatOf(answer)
  const verdict = verdictLink(answer.verdict)
  return { en: `${what.en}: ${verdict.en}`, zh: `${what.zh}：${verdict.zh}` }
}

const whatOf = ({ _tag, verdict }: Answer): Text => {
  switch (_tag) {
    case "NotAccepted":
      return verdict === "ask" ? undecided : refused
    case "CallFailed":
      return verdict === "wait" ? untouched : unexplained
    case "TaskFailed":
      return failed
    case "NotFound":
      return unknown
    case "Cancelled":
      return cancelled
  }
}

const refused: Text = {
  en: "refused, so there is no task and nothing was paid",
  zh: "被拒绝，没有创建任务，未产生费用",
}
const undecided: Text = {
  en: "undecided, since there may be a task that is billed",
  zh: "结果未知，任务可能已创建并计费",
}
const untouched: Text = {
  en: "it is about this call, and the task is untouched",
  zh: "只与本次查询有关，任务不受影响",
}
const unexplained: Text = {
  en: "the wait ends without saying how the task ended; its handle is kept",
  zh: "等待结束，任务结果不明，句柄保留",
}
const failed: Text = { en: "the task ended without a video", zh: "任务结束，没有视频" }
const unknown: Text = {
  en: `the service does not know the task; polled on until ${notFoundGraceSeconds} s after the submit, then`,
  zh: `服务端查不到该任务；提交后 ${notFoundGraceSeconds} 秒内继续查询，之后`,
}
const cancelled: Text = { en: "the task was cancelled", zh: "任务已被取消" }
