/**
 * What each fault does: which answer stands in place of the real one, and how an answer is sent.
 * Which calls a fault meets is decided in `Faults.ts`.
 */
import type { Answer, Ordered } from "./Dialect.ts"
import type { FaultKind } from "./Fault.ts"
import type { Manner } from "./httpAnswer.ts"

/** A provider's own words for an order, and the caller's own address for a redirect. */
export interface Spoiling {
  readonly ordered: (order: Ordered) => Answer
  readonly address: string
}

/** The answer with which a fault keeps a request away from the provider; most faults have none. */
export const answerBefore = (fault: FaultKind, spoiling: Spoiling): Answer | undefined => {
  switch (fault._tag) {
    case "Html":
    case "Status":
      return fault.after ? undefined : standIn(fault, spoiling)
    case "Code":
    case "State":
      return spoiling.ordered(fault)
    case "Redirect":
      return { status: 307, headers: { location: fault.to ?? spoiling.address }, body: "" }
    case "DeadLink":
      return spoiling.ordered({ _tag: "Status", status: 403 })
    default:
      return undefined
  }
}

export interface Spoiled {
  readonly answer: Answer
  readonly manner: Manner
  /** Whether a client can still learn from it what the provider said. */
  readonly readable: boolean
}

/** What becomes of the provider's answer on its way back. */
export const spoilAnswer = (fault: FaultKind, answer: Answer, spoiling: Spoiling): Spoiled => {
  switch (fault._tag) {
    case "LostAnswer":
      return { answer, manner: { drop: true }, readable: false }
    case "Empty":
      return replaced(answer, { status: 204, body: "" })
    case "Html":
    case "Status":
      return fault.after ? replaced(answer, standIn(fault, spoiling)) : untouched(answer)
    case "Malformed": {
      const text = textOf(answer)
      return replaced(answer, { ...answer, body: text.slice(0, Math.ceil(text.length / 8)) })
    }
    case "NoTaskId":
      return replaced(answer, { ...answer, body: without(answer.task?.id, textOf(answer)) })
    case "Huge":
      return { answer, manner: { padding: 64 * 1024 * 1024 }, readable: true }
    case "Truncate":
      return { answer, manner: { cutAt: fault.part }, readable: false }
    case "Corrupt": {
      if (typeof answer.body === "string" || answer.body.byteLength === 0) return untouched(answer)
      const body = Uint8Array.from(answer.body)
      const middle = body.byteLength >> 1
      body[middle] = (body[middle] ?? 0) ^ 0xff
      return replaced(answer, { ...answer, body })
    }
    case "Delay":
      return { answer, manner: { delayMilliseconds: fault.milliseconds }, readable: true }
    case "Slow":
      return { answer, manner: { bytesPerSecond: fault.bytesPerSecond }, readable: true }
    default:
      return untouched(answer)
  }
}

const untouched = (answer: Answer): Spoiled => ({ answer, manner: {}, readable: true })

/** Keeps what the answer was about: the ledger goes on knowing the task. */
const replaced = (answer: Answer, by: Answer): Spoiled => ({
  answer: { ...by, task: answer.task, account: answer.account },
  manner: {},
  readable: false,
})

const standIn = (
  fault: Extract<FaultKind, { _tag: "Html" | "Status" }>,
  spoiling: Spoiling,
): Answer => {
  if (fault._tag === "Html") return htmlPage(200)
  const { status, body, retryAfter } = fault
  const answer =
    body === "html"
      ? htmlPage(status)
      : body === "empty"
        ? { status, body: "" }
        : spoiling.ordered({ _tag: "Status", status })
  if (retryAfter === undefined) return answer
  return { ...answer, headers: { ...answer.headers, "retry-after": retryAfter } }
}

const htmlPage = (status: number): Answer => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>proxy</center></body></html>\n`,
})

const textOf = (answer: Answer): string =>
  typeof answer.body === "string" ? answer.body : Buffer.from(answer.body).toString("utf8")

/** The JSON without every member that is the id, whatever the provider calls it: a text, or a long number. */
const without = (id: string | undefined, text: string): string =>
  JSON.stringify(
    JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      id !== undefined && (value === id || context?.source === id) ? undefined : value,
    ),
  )
