/**
 * One call and what its answer is: the service's own success, its own refusal, or neither. Owns
 * authentication, encoding and the reading of envelopes; what an answer proves is decided by its
 * callers. It never repeats a call.
 */
import * as Endpoint from "@zoetrope/core/Endpoint"
import { type Answer, type Broken, exchange } from "@zoetrope/core/Exchange"
import { InvalidInput } from "@zoetrope/core/Reason"
import { redactor } from "@zoetrope/core/Redact"
import { retryAfterMillis } from "@zoetrope/core/retryAfterMillis"
import { parseObject } from "@zoetrope/core/WireJson"
import { Clock, Effect, Redacted } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import { readCreated, readErrorBody, type SubmitBody } from "./Schema.ts"

export interface Options {
  /** Without the word before it; handles carry its fingerprint. */
  readonly apiKey: Redacted.Redacted
  /** `https://api.vidu.cn` (default), `https://api.vidu.com`, or a relay's. */
  readonly baseUrl?: string | undefined
  /** The word before the key: `Token` at Vidu (default), `Bearer` at relays. */
  readonly scheme?: Scheme | undefined
}

export type Scheme = "Token" | "Bearer"

/** What is taken for an option that is not given. */
export const defaults = { baseUrl: "https://api.vidu.cn", scheme: "Token" } as const

/** What every answer has, whoever gave it. */
export interface Facts {
  readonly status: number
  /** For the callers to read their part of it; `undefined` where it is no JSON object. */
  readonly json: object | undefined
  /** The new task, wherever it was named. */
  readonly taskId?: string | undefined
  readonly requestId?: string | undefined
  /** Milliseconds the answer asked to wait. */
  readonly retryAfterMillis?: number | undefined
}

/** A 2xx with a JSON object that is no error envelope. */
export interface OkReply extends Facts {
  readonly _tag: "Ok"
}

/** The service's own error envelope, `{code, reason, message, metadata}`, whatever the HTTP status. */
export interface ErrorReply extends Facts {
  readonly _tag: "Error"
  /** Its `reason`, such as `CreditInsufficient`. */
  readonly code: string
  readonly message: string
  /** The HTTP status; for an envelope that came with a 2xx, the status that it names itself, if any. */
  readonly errorStatus: number | undefined
}

/** Neither: HTML, broken JSON, somebody else's JSON. */
export interface UnreadableReply extends Facts {
  readonly _tag: "Unreadable"
  readonly detail: string
}

export type Reply = OkReply | ErrorReply | UnreadableReply | Broken

/** The calls of this API that are used. */
export type Call =
  | { readonly _tag: "Submit"; readonly path: `/${string}`; readonly body: SubmitBody }
  | { readonly _tag: "Creations"; readonly taskId: string }
  | { readonly _tag: "Cancel"; readonly taskId: string }
  | { readonly _tag: "List"; readonly query: ReadonlyArray<readonly [string, string]> }
  | { readonly _tag: "Credits" }

export interface Client {
  /** Cleans words of the provider that are kept. */
  readonly redact: (text: string) => string
  /** One call. Never fails: what went wrong is a `Reply` too. `timeoutSeconds` is for the whole answer. */
  readonly call: (call: Call, timeoutSeconds: number) => Effect.Effect<Reply>
}

/** Refuses a key that cannot stand in a header, and an address that cannot be called. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const http = yield* HttpClient.HttpClient
  const endpoint = yield* Endpoint.parse(options.baseUrl ?? defaults.baseUrl, defaults.baseUrl)
  const apiKey = yield* checkedKey(options.apiKey)
  const scheme = yield* checkedScheme(options.scheme ?? defaults.scheme)
  const base = `${endpoint.origin}${endpoint.pathname.replace(/\/+$/, "")}/ent/v2`
  const redact = redactor([options.apiKey])

  const client: Client = {
    redact,
    call: Effect.fnUntraced(function* (call, timeoutSeconds) {
      const request = requestOf(base, call).pipe(
        HttpClientRequest.setHeader("authorization", `${scheme} ${apiKey}`),
      )
      // A submit gets a connection of its own: a pooled socket may die under it and leave its fate open.
      const fresh = call._tag === "Submit"
      const answer = yield* exchange(http, request, { timeoutSeconds, fresh }).pipe(
        Effect.provideService(Headers.CurrentRedactedNames, secretHeaders),
      )
      return answer._tag === "Broken"
        ? { ...answer, detail: redact(answer.detail) }
        : readReply(answer, yield* Clock.currentTimeMillis, redact)
    }),
  }
  return client
})

const secretHeaders = ["authorization", "cookie", "set-cookie"]

/** Ids are decimal numbers at Vidu and may be words at a relay, but never a step to another path. */
export const isTaskId = (id: string): boolean => /^[\w:~-][\w:~.-]*$/.test(id)

const requestOf = (base: string, call: Call): HttpClientRequest.HttpClientRequest => {
  switch (call._tag) {
    case "Submit":
      return post(`${base}${call.path}`, call.body)
    case "Cancel":
      return post(`${base}/tasks/${encodeURIComponent(call.taskId)}/cancel`, { id: call.taskId })
    case "Creations":
      return HttpClientRequest.get(`${base}/tasks/${encodeURIComponent(call.taskId)}/creations`)
    case "List":
      return HttpClientRequest.get(
        `${base}/tasks?${call.query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&")}`,
      )
    case "Credits":
      // The document of api.vidu.com calls `show_detail` required, that of api.vidu.cn optional.
      return HttpClientRequest.get(`${base}/credits?show_detail=false`)
  }
}

const post = (url: string, body: object) =>
  HttpClientRequest.post(url).pipe(
    HttpClientRequest.bodyText(JSON.stringify(body), "application/json"),
  )

/** Sorts an answer. Pure. */
export const readReply = (
  answer: Answer,
  now: number,
  redact: (text: string) => string = (text) => text,
): OkReply | ErrorReply | UnreadableReply => {
  const { headers, status } = answer
  const json = parseObject(answer.body)
  const error = readErrorBody(json)
  const facts: Facts = {
    status,
    json,
    taskId: readCreated(json)?.task_id,
    requestId: error?.metadata?.trace_id ?? headers["x-md-trace-id"],
    retryAfterMillis: retryAfterMillis(answer, now),
  }
  const success = status >= 200 && status < 300
  const code = [error?.reason, error?.code].find(isErrorWord)
  // A success that names a task or its state is one, whatever words stand beside it.
  const isResult = success && json !== undefined && ("state" in json || "task_id" in json)
  if (code !== undefined && !isResult) {
    const named = Number(error?.code)
    return {
      _tag: "Error",
      ...facts,
      code,
      message: redact(error?.message ?? ""),
      errorStatus: success ? (named >= 400 && named < 600 ? named : undefined) : status,
    }
  }
  if (success && json !== undefined) return { _tag: "Ok", ...facts }
  const type = headers["content-type"]?.split(";")[0]
  const what = json === undefined ? "not a JSON object" : "JSON that is not this service's"
  return {
    _tag: "Unreadable",
    ...facts,
    detail: redact(`HTTP ${status}, ${what}${type === undefined ? "" : ` (${type})`}`),
  }
}

/**
 * The service's error codes are words (`FieldInvalid`, `CODEC`). A proxy's own JSON has a number, a
 * sentence or a snake_case name there, and its word proves nothing about a task.
 */
const isErrorWord = (text: string | undefined): text is string =>
  text !== undefined && /^[A-Z][A-Za-z]{2,}$/.test(text)

const checkedKey = (apiKey: Redacted.Redacted): Effect.Effect<string, InvalidInput> => {
  const value = Redacted.value(apiKey)
  if (/^[\x21-\x7e]+$/.test(value)) return Effect.succeed(value)
  return refuse(
    "/apiKey",
    value === ""
      ? "is empty; create one at https://platform.vidu.cn or https://platform.vidu.com"
      : "holds a blank or a character that cannot stand in a header; give the key alone, without Token or Bearer before it",
  )
}

const checkedScheme = (scheme: string): Effect.Effect<Scheme, InvalidInput> =>
  scheme === "Token" || scheme === "Bearer"
    ? Effect.succeed(scheme)
    : refuse("/scheme", "is not a scheme of this API", "Token (Vidu) or Bearer (relays)")

const refuse = (path: string, message: string, allowed?: string) =>
  Effect.fail(
    new InvalidInput({
      issues: [{ path, message, ...(allowed === undefined ? {} : { allowed }) }],
    }),
  )
