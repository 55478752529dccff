/**
 * What the answer to a poll means. Only an answer about the task (`state`) ends it; a refused or broken
 * call leaves it untouched.
 *
 * @see https://placeholder-name.example/docs (read UNFINISHED)
 */
import { GenerationFailed, type Reason, Unproven } from "@zoetrope/core/Reason"
import type { TaskState } from "@zoetrope/core/TaskState"
import type { RefusedReply, Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"
import { reasonOf, unavailable } from "./reasonOf.ts"
import { readTask, type Task } from "./Schema.ts"

export type PollResult =
  | {
      readonly _tag: "State"
      readonly state: Exclude<TaskState, { readonly _tag: "Failed" }>
      readonly warnings: ReadonlyArray<string>
    }
  | {
      readonly _tag: "TaskFailed"
      readonly reason: Reason
      readonly code?: string
      readonly message?: string
    }
  | { readonly _tag: "CallFailed"; readonly reason: Reason }

/**
 * @param now epoch milliseconds at which the answer came: links are counted from here
 * @param redact cleans the words of the provider that are kept
 */
export const readPoll = (
  reply: Reply,
  now: number,
  redact: (text: string) => string,
): PollResult => {
  switch (reply._tag) {
    case "Broken":
    case "Unreadable":
      return { _tag: "CallFailed", reason: unavailable(reply) }
    case "Refused":
      return readRefusal(reply)
    case "Ok": {
      const task = readTask(reply.json) ?? {}
      // UNFINISHED: the vendor's words. A word that no document has stays Running, with a warning.
      switch (task.state) {
        case "queued":
          return state({ _tag: "Queued" })
        case "running":
          return state(running(task))
        case "succeeded":
          return readResult(task, now)
        case "failed":
          return readFailure(task, redact)
        case undefined:
          return { _tag: "CallFailed", reason: unavailable(reply) }
        default:
          return state(running(task), [
            `the state ${JSON.stringify(redact(task.state).slice(0, 80))} is in no document; it is taken as running`,
          ])
      }
    }
  }
}

/** A code that no document names, with a status that passes or is about the key, says nothing of the task. */
const readRefusal = (reply: RefusedReply): PollResult => {
  const row = lookup(reply.code)
  if (row?.kind === "not-found") {
    return state({
      _tag: "NotFound",
      message: `Placeholder Name does not know the task (${reply.code})`,
    })
  }
  const passes = reply.status >= 500 || [401, 403, 408, 429].includes(reply.status)
  return {
    _tag: "CallFailed",
    reason: row === undefined && passes ? unavailable(reply) : reasonOf(reply),
  }
}

/** UNFINISHED: how long a link lives, in seconds; if the answer says when it dies, read that. */
const linkSeconds = 0

const readResult = ({ url }: Task, now: number): PollResult =>
  url === undefined || !/^https?:\/\//i.test(url)
    ? {
        _tag: "TaskFailed",
        reason: new Unproven({
          state: "no_link",
          detail: "Placeholder Name says that the task is done, but gives no link",
        }),
      }
    : state({
        _tag: "Succeeded",
        outputs: [
          { kind: "video", url, expiresAt: new Date(now + linkSeconds * 1000).toISOString() },
        ],
      })

const readFailure = ({ error }: Task, redact: (text: string) => string): PollResult => {
  if (error === undefined) {
    const meaning = "Placeholder Name does not say why"
    return { _tag: "TaskFailed", reason: new GenerationFailed({ retryable: "no", meaning }) }
  }
  const met = { code: redact(error.code), message: redact(error.message ?? "") }
  return { _tag: "TaskFailed", reason: reasonOf(met), ...met }
}

const running = ({ progress }: Task) =>
  progress === undefined || progress < 0 || progress > 100
    ? ({ _tag: "Running" } as const)
    : ({ _tag: "Running", progress } as const)

const state = (
  value: Exclude<TaskState, { readonly _tag: "Failed" }>,
  warnings: ReadonlyArray<string> = [],
): PollResult => ({ _tag: "State", state: value, warnings })
