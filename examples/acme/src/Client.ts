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
import { readFilm, readRefusal, readStarted, type SubmitBody } from "./Schema.ts"

export interface Options {
  /** Handles carry its fingerprint. */
  readonly apiKey: Redacted.Redacted
  /** Default `https://api.acme.example`. */
  readonly baseUrl?: string | undefined
}

/** Where Acme's service is, unless an account says otherwise. */
export const defaultBaseUrl = "https://api.acme.example"

/** What every answer has, whoever gave it. */
interface Facts {
  readonly status: number
  /** `undefined` where the answer is no JSON object. */
  readonly json: object | undefined
  /** The new task, whatever else the answer says. */
  readonly taskId: string | undefined
  readonly retryAfterMillis: number | undefined
  /** The service's own id of the call, which its support asks for. */
  readonly requestId: string | undefined
}

/** A 2xx with a JSON object that is no refusal. */
export interface OkReply extends Facts {
  readonly _tag: "Ok"
}

/** The service's own error envelope, `{error: {code, message}}`. */
export interface RefusedReply extends Facts {
  readonly _tag: "Refused"
  readonly code: string
  readonly message: string
}

/** Neither: HTML, broken JSON, somebody else's JSON. */
export interface UnreadableReply extends Facts {
  readonly _tag: "Unreadable"
  readonly detail: string
}

export type Reply = OkReply | RefusedReply | UnreadableReply | Broken

/** The calls of this API that are used. */
export type Call =
  | { readonly _tag: "Submit"; readonly body: SubmitBody }
  | { readonly _tag: "Poll"; readonly taskId: string }

export interface Client {
  /** One call. Never fails: what went wrong is a `Reply` too. `timeoutSeconds` is for the whole answer. */
  readonly call: (call: Call, timeoutSeconds: number) => Effect.Effect<Reply>
  /** Cleans words of the provider that are kept. */
  readonly redact: (text: string) => string
}

/** Refuses a key that cannot stand in a header, and an address that cannot be called. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const http = yield* HttpClient.HttpClient
  const endpoint = yield* Endpoint.parse(options.baseUrl ?? defaultBaseUrl, defaultBaseUrl)
  const apiKey = yield* checkedKey(options.apiKey)
  const base = `${endpoint.origin}${endpoint.pathname.replace(/\/+$/, "")}/v1`
  const redact = redactor([options.apiKey])

  const client: Client = {
    redact,
    call: Effect.fnUntraced(function* (call, timeoutSeconds) {
      const request = HttpClientRequest.setHeader(requestOf(base, call), keyHeader, apiKey)
      // A submit gets a connection of its own: a pooled socket may die under it and leave its fate open.
      const fresh = call._tag === "Submit"
      const answer = yield* exchange(http, request, { timeoutSeconds, fresh }).pipe(
        Effect.provideService(Headers.CurrentRedactedNames, [keyHeader]),
      )
      return answer._tag === "Broken"
        ? { ...answer, detail: redact(answer.detail) }
        : readReply(answer, yield* Clock.currentTimeMillis, redact)
    }),
  }
  return client
})

const keyHeader = "x-acme-key"

const requestIdHeader = "x-acme-request"

const requestOf = (base: string, call: Call): HttpClientRequest.HttpClientRequest => {
  switch (call._tag) {
    case "Submit":
      return HttpClientRequest.post(`${base}/films`).pipe(
        HttpClientRequest.bodyText(JSON.stringify(call.body), "application/json"),
      )
    case "Poll":
      return HttpClientRequest.get(`${base}/films/${encodeURIComponent(call.taskId)}`)
  }
}

const readReply = (
  answer: Answer,
  now: number,
  redact: (text: string) => string,
): OkReply | RefusedReply | UnreadableReply => {
  const { status } = answer
  const json = parseObject(answer.body)
  const facts: Facts = {
    status,
    json,
    taskId: readStarted(json)?.id,
    retryAfterMillis: retryAfterMillis(answer, now),
    requestId: answer.headers[requestIdHeader],
  }
  // The error of a film that has failed is about the film, not about the call.
  const error = readFilm(json)?.state === undefined ? readRefusal(json)?.error : undefined
  if (error !== undefined) {
    return {
      _tag: "Refused",
      ...facts,
      code: redact(error.code),
      message: redact(error.message ?? ""),
    }
  }
  if (status >= 200 && status < 300 && json !== undefined) return { _tag: "Ok", ...facts }
  const what = json === undefined ? "not a JSON object" : "JSON that is not this service's"
  return { _tag: "Unreadable", ...facts, detail: `HTTP ${status}, ${what}` }
}

const checkedKey = (apiKey: Redacted.Redacted): Effect.Effect<string, InvalidInput> => {
  const value = Redacted.value(apiKey)
  const issue = {
    path: "/apiKey",
    message: "is empty, or holds a character that cannot stand in a header",
    allowed: "a key of https://acme.example/console",
  }
  return /^[\x21-\x7e]+$/.test(value)
    ? Effect.succeed(value)
    : Effect.fail(new InvalidInput({ issues: [issue] }))
}
