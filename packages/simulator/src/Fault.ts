/**
 * One fault in words: the grammar that the command line, the HTTP route and tests all speak, and
 * its reader. Which calls a fault meets is in `Faults.ts`, what it does to an answer in `spoil.ts`.
 */
import { InvalidInput } from "./InvalidInput.ts"

/** The grammar in plain words, as the command line's help prints it. */
export const faultGrammar = `A fault is OPERATION:KIND[:OPTION]…, for example
  submit:lost-answer               the next task is accepted, its answer never arrives
  poll:503:n=3                     the next 3 polls get 503
  poll:503:for=40s                 polls get 503 for 40 simulated seconds after the first
  submit:code=50430:2              the next 2 submits are refused with 50430
  download:truncate@0.5:1          the next download ends in the middle
  callback:never-sent              the next callback is never sent

OPERATION  submit, poll, download, any (request of the client); where the provider has them
           also cancel, list (of tasks), credits (the balance), callback (sent by the provider)

KIND, where the provider never sees the request:
  reset-before      the connection is reset
  400 … 599         this HTTP status
  code=CODE         the provider's error code (not download, callback)
  state=NAME        the provider's word for a task's state (poll)
  html              200 with an HTML page, as from a proxy
  redirect[=URL]    307 to URL, else to the same address again
  dead-link         403, as after the link's life (download)
KIND, where the provider does its work first:
  lost-answer       the connection is closed without an answer
  empty             204 without a body
  malformed         JSON that breaks off early, complete as HTTP (not download)
  no-task-id        success without a task id (submit)
  huge              64 MiB of blanks around the answer (not download)
  truncate@PART     the body ends after this part, 0 to 1, of the bytes promised
  corrupt           one byte of the body is changed (download)
  no-range          the whole file, whatever range was asked for (download)
  delay=DURATION    the answer begins this much later, in real time
  slow=BYTES        the body comes at this many bytes per second of real time
KIND of a callback, where the customer is the one who answers:
  never-sent        it is not sent, and not tried again
  reset-before      this attempt does not arrive; the provider tries again
  lost-answer       it arrives, the provider does not know and tries again
  twice             it is sent twice, with the same bytes
  forged            it is signed with another key
  corrupt           one byte of its body is changed after it was signed
  state=NAME        it tells this state, whatever is true
  delay=DURATION    it leaves so much later, on the simulator's clock

OPTION
  COUNT, n=COUNT    how many calls it meets (default 1); n=all for every call
  for=DURATION      every call for so long after the first, on the simulator's clock
  skip=COUNT        calls to leave alone first
  model=KEY         only calls for this model, by the provider's key
  body=BODY         of a status: gateway (the provider's own form; default), html, empty
  retry-after=N     a Retry-After header, in seconds, with a status
  when=after        a status, html: the provider does its work first, then this is the answer

DURATION is a number with ms, s, m or h. Write a ":" inside a value as %3A.`

export type Operation = (typeof operations)[number]

const operations = ["submit", "poll", "cancel", "list", "credits", "download", "callback"] as const

export type FaultKind =
  | { readonly _tag: PlainKind }
  | { readonly _tag: "Html"; readonly after: boolean }
  | {
      readonly _tag: "Status"
      readonly status: number
      readonly body: "gateway" | "html" | "empty"
      readonly retryAfter: string | undefined
      readonly after: boolean
    }
  | { readonly _tag: "Code"; readonly code: string }
  | { readonly _tag: "State"; readonly state: string }
  | { readonly _tag: "Redirect"; readonly to: string | undefined }
  | { readonly _tag: "Truncate"; readonly part: number }
  | { readonly _tag: "Delay"; readonly milliseconds: number }
  | { readonly _tag: "Slow"; readonly bytesPerSecond: number }

/** The kinds that have nothing to set. */
export type PlainKind =
  | "ResetBefore"
  | "LostAnswer"
  | "Empty"
  | "Malformed"
  | "NoTaskId"
  | "Huge"
  | "DeadLink"
  | "Corrupt"
  | "NoRange"
  | "NeverSent"
  | "Twice"
  | "Forged"

export interface Fault {
  /** As it was ordered. */
  readonly text: string
  readonly operation: Operation | "any"
  readonly model: string | undefined
  readonly kind: FaultKind
  /** How many calls it meets; Infinity for every one. */
  readonly count: number
  /** In milliseconds of simulated time from the first call it meets. */
  readonly window: number | undefined
  readonly skip: number
}

/** Reads one fault; throws `InvalidInput` naming the part that is wrong. */
export const parseFault = (text: string): Fault => {
  const [operation = "", kindText = "", ...optionTexts] = text.trim().split(":")
  if (!isOperation(operation)) {
    throw new InvalidInput(
      `fault ${text}`,
      operation,
      "submit, poll, download or any; cancel, list, credits or callback; then a :",
    )
  }
  const options = readOptions(text, optionTexts)
  const kind = readKind(text, kindText, options)
  const where = appliesTo[kind._tag]
  if (!where.some((one) => isMeant(operation, one))) {
    throw new InvalidInput(`fault ${text}`, operation, `${where.join(" or ")} for ${kindText}`)
  }
  if (kind._tag !== "Status" && (options.body !== undefined || options.retryAfter !== undefined)) {
    throw new InvalidInput(`fault ${text}`, kindText, "body= and retry-after= with a status only")
  }
  if (kind._tag !== "Status" && kind._tag !== "Html" && options.after) {
    throw new InvalidInput(`fault ${text}`, kindText, "when= with a status or html only")
  }
  return {
    text: text.trim(),
    operation,
    model: options.model,
    kind,
    count: options.count ?? (options.window === undefined ? 1 : Number.POSITIVE_INFINITY),
    window: options.window,
    skip: options.skip,
  }
}

const calls = ["submit", "poll", "cancel", "list", "credits"] as const
const answers = [...calls, "download"] as const

/** The operations where a kind means anything. */
export const appliesTo: { readonly [kind in FaultKind["_tag"]]: ReadonlyArray<Operation> } = {
  ResetBefore: operations,
  LostAnswer: operations,
  Empty: answers,
  Malformed: calls,
  NoTaskId: ["submit"],
  Huge: calls,
  DeadLink: ["download"],
  Corrupt: ["download", "callback"],
  NoRange: ["download"],
  Html: answers,
  Status: answers,
  Code: calls,
  State: ["poll", "callback"],
  Redirect: answers,
  Truncate: answers,
  Delay: operations,
  Slow: answers,
  NeverSent: ["callback"],
  Twice: ["callback"],
  Forged: ["callback"],
}

interface Options {
  count: number | undefined
  window: number | undefined
  skip: number
  model: string | undefined
  body: "gateway" | "html" | "empty" | undefined
  retryAfter: string | undefined
  after: boolean
}

const readOptions = (text: string, parts: ReadonlyArray<string>): Options => {
  const options: Options = {
    count: undefined,
    window: undefined,
    skip: 0,
    model: undefined,
    body: undefined,
    retryAfter: undefined,
    after: false,
  }
  for (const part of parts) {
    const [name, value] = split(text, /^\d+$/.test(part) ? `n=${part}` : part)
    switch (name) {
      case "n":
        options.count = value === "all" ? Number.POSITIVE_INFINITY : readCount(text, part, value, 1)
        break
      case "for":
        options.window = readDuration(text, part, value)
        break
      case "skip":
        options.skip = readCount(text, part, value, 0)
        break
      case "model":
        if (value === "") throw new InvalidInput(`fault ${text}`, part, "model=KEY")
        options.model = value
        break
      case "body":
        if (value !== "gateway" && value !== "html" && value !== "empty") {
          throw new InvalidInput(`fault ${text}`, part, "body=gateway, body=html or body=empty")
        }
        options.body = value
        break
      case "retry-after":
        options.retryAfter = String(readCount(text, part, value, 0))
        break
      case "when":
        if (value !== "before" && value !== "after") {
          throw new InvalidInput(`fault ${text}`, part, "when=before or when=after")
        }
        options.after = value === "after"
        break
      default:
        throw new InvalidInput(
          `fault ${text}`,
          part,
          "COUNT, n=, for=, skip=, model=, body=, retry-after= or when=",
        )
    }
  }
  return options
}

const readKind = (text: string, part: string, options: Options): FaultKind => {
  if (/^[45]\d\d$/.test(part)) {
    return {
      _tag: "Status",
      status: Number(part),
      body: options.body ?? "gateway",
      retryAfter: options.retryAfter,
      after: options.after,
    }
  }
  const truncated = /^truncate@(0?\.\d+|0)$/.exec(part)?.[1]
  if (truncated !== undefined) return { _tag: "Truncate", part: Number(truncated) }
  const [name, value] = split(text, part)
  const plain = plainKinds.get(name)
  if (plain !== undefined && value === "") return { _tag: plain }
  switch (name) {
    case "html":
      if (value === "") return { _tag: "Html", after: options.after }
      break
    case "code":
      if (vendorWord.test(value)) return { _tag: "Code", code: value }
      break
    case "state":
      if (vendorWord.test(value)) return { _tag: "State", state: value }
      break
    case "redirect":
      if (value === "" || /^(https?:\/\/|\/)\S+$/.test(value)) {
        return { _tag: "Redirect", to: value === "" ? undefined : value }
      }
      break
    case "delay":
      return { _tag: "Delay", milliseconds: readDuration(text, part, value) }
    case "slow":
      return { _tag: "Slow", bytesPerSecond: readCount(text, part, value, 1) }
    default:
  }
  throw new InvalidInput(`fault ${text}`, part, "a kind of the fault grammar, such as 503")
}

/** Vendors write `50430`, `rate-limited`, `content.blocked` … */
const vendorWord = /^[\x21-\x7e]{1,64}$/

const plainKinds: ReadonlyMap<string, PlainKind> = new Map([
  ["reset-before", "ResetBefore"],
  ["lost-answer", "LostAnswer"],
  ["empty", "Empty"],
  ["malformed", "Malformed"],
  ["no-task-id", "NoTaskId"],
  ["huge", "Huge"],
  ["dead-link", "DeadLink"],
  ["corrupt", "Corrupt"],
  ["no-range", "NoRange"],
  ["never-sent", "NeverSent"],
  ["twice", "Twice"],
  ["forged", "Forged"],
])

/** Callbacks are the provider's requests: `any` stands for those of its client. */
export const isMeant = (ordered: Fault["operation"], operation: Operation): boolean =>
  ordered === "any" ? operation !== "callback" : ordered === operation

const isOperation = (text: string): text is Fault["operation"] =>
  text === "any" || operations.some((operation) => operation === text)

const split = (text: string, part: string): readonly [name: string, value: string] => {
  const at = part.indexOf("=")
  if (at < 0) return [part, ""]
  try {
    return [part.slice(0, at), decodeURIComponent(part.slice(at + 1))]
  } catch {
    throw new InvalidInput(`fault ${text}`, part, "a % only before two hexadecimal digits")
  }
}

const readCount = (text: string, part: string, value: string, least: number): number => {
  const count = /^\d{1,9}$/.test(value) ? Number(value) : -1
  if (count < least) throw new InvalidInput(`fault ${text}`, part, `a whole number from ${least}`)
  return count
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const readDuration = (text: string, part: string, value: string): number => {
  const [, amount, unit = ""] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(value) ?? []
  const scale = UNITS[unit]
  if (amount === undefined || scale === undefined) {
    throw new InvalidInput(`fault ${text}`, part, "a duration such as 500ms, 40s, 2m or 1h")
  }
  return Number(amount) * scale
}
