/**
 * What the answer to a poll means. Only an answer about the film (`state`) ends it; a refused or broken
 * call leaves it untouched.
 *
 * @see https://acme.example/docs/films#state (read 2026-11-20)
 */
import { GenerationFailed, type Reason, Unproven } from "@zoetrope/core/Reason"
import type { TaskState } from "@zoetrope/core/TaskState"
import type { RefusedReply, Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"
import { reasonOf, unavailable } from "./reasonOf.ts"
import { type Film, readFilm } from "./Schema.ts"

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
      const film = readFilm(reply.json) ?? {}
      switch (film.state) {
        case "working":
          return state({ _tag: "Running" })
        case "ready":
          return readResult(film, now)
        case "failed":
          return readFailure(film, redact)
        case undefined:
          return { _tag: "CallFailed", reason: unavailable(reply) }
        default:
          return state({ _tag: "Running" }, [
            `the state ${JSON.stringify(redact(film.state).slice(0, 80))} is in no document; it is taken as running`,
          ])
      }
    }
  }
}

/** A code that no document names, with a status that passes or is about the key, says nothing of the film. */
const readRefusal = (reply: RefusedReply): PollResult => {
  const row = lookup(reply.code)
  if (row?.kind === "not-found") {
    return state({ _tag: "NotFound", message: `Acme does not know the film (${reply.code})` })
  }
  const passes = reply.status >= 500 || [401, 403, 408, 429].includes(reply.status)
  return {
    _tag: "CallFailed",
    reason: row === undefined && passes ? unavailable(reply) : reasonOf(reply),
  }
}

const readResult = ({ expires_in = 3600, url }: Film, now: number): PollResult =>
  url === undefined || !/^https?:\/\//i.test(url)
    ? {
        _tag: "TaskFailed",
        reason: new Unproven({
          state: "no_link",
          detail: "Acme says that the film is ready, but gives no link",
        }),
      }
    : state({
        _tag: "Succeeded",
        outputs: [
          { kind: "video", url, expiresAt: new Date(now + expires_in * 1000).toISOString() },
        ],
      })

const readFailure = ({ error }: Film, redact: (text: string) => string): PollResult => {
  if (error === undefined) {
    const meaning = "Acme does not say why"
    return { _tag: "TaskFailed", reason: new GenerationFailed({ retryable: "no", meaning }) }
  }
  const met = { code: redact(error.code), message: redact(error.message ?? "") }
  return { _tag: "TaskFailed", reason: reasonOf(met), ...met }
}

const state = (
  value: Exclude<TaskState, { readonly _tag: "Failed" }>,
  warnings: ReadonlyArray<string> = [],
): PollResult => ({ _tag: "State", state: value, warnings })
