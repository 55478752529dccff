/**
 * The check of an account, at no cost: what it has left, and where that call is not known, what a poll
 * for a made-up task says about the key. Where the documents leave room, the words say "likely".
 */
import type { Credits, Health } from "@zoetrope/core/Provider"
import { Effect } from "effect"
import type { Call, ErrorReply, Reply } from "./Client.ts"
import { readCredits } from "./readCredits.ts"

/**
 * A number, since Vidu reads the id before it looks at the key; no task was ever given it.
 */
const madeUpTaskId = "0"

export const checkHealth = Effect.fnUntraced(function* (ask: (call: Call) => Effect.Effect<Reply>) {
  const balance = yield* ask({ _tag: "Credits" })
  const credits = balance._tag === "Ok" ? readCredits(balance.json) : undefined
  if (credits !== undefined) return withCredits(credits, balance)
  const about = aboutAccount(balance)
  if (about !== undefined) return about
  // A relay may know the tasks and not the balance.
  const probe = yield* ask({ _tag: "Creations", taskId: madeUpTaskId })
  return aboutAccount(probe) ?? ofProbe(probe)
})

const withCredits = ({ remaining, rows }: Credits, reply: Reply): Health => {
  const queue = rows.find((row) => row.concurrency !== undefined)?.concurrency
  const running =
    queue === undefined
      ? ""
      : `; ${queue.current} of ${queue.limit} tasks at once are running, ${queue.queued} wait`
  return {
    status: "well",
    message:
      remaining > 0
        ? `the API key is good; ${remaining} credits are left${running}`
        : `the API key is good, but no credits are left: a submit will be refused until more are bought${running}`,
    ...requestIdOf(reply),
  }
}

/** What ends the check, whichever call it was. */
const aboutAccount = (reply: Reply): Health | undefined => {
  if (reply._tag === "Broken") {
    return {
      status: "unreachable",
      message: `the service could not be reached: ${reply.detail}. Check the network, the proxy and the base address`,
    }
  }
  if (reply._tag !== "Error") {
    return reply.status === 401 || reply.status === 403
      ? {
          status: "wrong-key",
          message: `the API key was likely refused (HTTP ${reply.status}, not in the words of this service). ${whatToCheck}`,
        }
      : undefined
  }
  switch (reply.errorStatus ?? reply.status) {
    case 401:
      return finding(
        reply,
        "wrong-key",
        `the API key was refused (${quoted(reply)}). ${whatToCheck}`,
      )
    case 403:
      return finding(
        reply,
        "not-entitled",
        `the API key may not use this service (${quoted(reply)}); likely it is suspended, or wrong after all. ${whatToCheck}`,
      )
    default:
      return undefined
  }
}

const whatToCheck =
  "Check VIDU_API_KEY; likely a key of api.vidu.cn does not work at api.vidu.com or the other way round (VIDU_BASE_URL), and relays want the scheme Bearer, Vidu itself Token (VIDU_AUTH_SCHEME)"

const ofProbe = (reply: Reply): Health => {
  switch (reply._tag) {
    case "Error":
      return reply.code === "TaskNotFound" || reply.code === "CreationNotFound"
        ? finding(
            reply,
            "well",
            `likely all well: the service only did not know the made-up task (${quoted(reply)}); it does not tell the balance`,
          )
        : finding(
            reply,
            "unclear",
            `the service answered, but neither yes nor no (${quoted(reply)}). Try again later, or check the base address`,
          )
    case "Ok":
    case "Unreadable":
      return {
        status: "unclear",
        message: `something answered that is likely not this service: ${reply._tag === "Ok" ? `HTTP ${reply.status} for a task that was never made` : reply.detail}. Check the base address and any proxy`,
        ...requestIdOf(reply),
      }
    case "Broken":
      return { status: "unreachable", message: reply.detail }
  }
}

const finding = (reply: ErrorReply, status: Health["status"], message: string): Health => ({
  status,
  message,
  code: reply.code,
  ...requestIdOf(reply),
})

const quoted = (reply: ErrorReply): string => `${reply.code}: "${reply.message}"`

const requestIdOf = (reply: Reply): { readonly requestId?: string } =>
  reply._tag === "Broken" || reply.requestId === undefined ? {} : { requestId: reply.requestId }
