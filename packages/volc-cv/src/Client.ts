/**
 * One signed call and what its answer is: the service's own envelope, the gateway's, or neither.
 * Owns signing, encoding and the reading of envelopes; what an answer proves is decided by its callers.
 * It never repeats a call.
 */
import * as Endpoint from "@zoetrope/core/Endpoint"
import { type Answer, type Broken, exchange } from "@zoetrope/core/Exchange"
import { InvalidInput } from "@zoetrope/core/Reason"
import { redactor } from "@zoetrope/core/Redact"
import { retryAfterMillis } from "@zoetrope/core/retryAfterMillis"
import { sign, SignInputError } from "@zoetrope/volc-signer"
import { Clock, Effect, Redacted } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import {
  type Data,
  type Envelope,
  readEnvelope,
  type ResultBody,
  type SubmitBody,
} from "./Schema.ts"

export interface Options {
  /** The public half of the pair; handles carry its fingerprint. */
  readonly accessKeyId: string
  /** Signs; never sent. */
  readonly secretAccessKey: Redacted.Redacted
  /** For temporary keys. */
  readonly sessionToken?: Redacted.Redacted | undefined
  /** Default `https://visual.volcengineapi.com`. */
  readonly baseUrl?: string | undefined
  /** Default `cn-north-1`. */
  readonly region?: string | undefined
  /** Default `cv`. */
  readonly service?: string | undefined
}

/** What is taken for an option that is not given; `version` is that of the API. */
export const defaults = {
  baseUrl: "https://visual.volcengineapi.com",
  region: "cn-north-1",
  service: "cv",
  version: "2022-08-31",
} as const

/** What every answer has, whoever gave it. */
export interface Facts {
  readonly status: number
  /** The new or the known task, wherever it was named. */
  readonly taskId?: string | undefined
  readonly requestId?: string | undefined
  /** Milliseconds the answer asked to wait. */
  readonly retryAfterMillis?: number | undefined
  /** Seconds that the answer's clock is ahead of ours. */
  readonly skewSeconds?: number | undefined
}

/** The service's own envelope, with whatever code. */
export interface ServiceReply extends Facts {
  readonly _tag: "Service"
  readonly code: string
  readonly message: string
  /** `undefined` where the answer's `data` is null or absent. */
  readonly data: Data | undefined
}

/** An error of the gateway, which the service never saw (or never answered). */
export interface GatewayReply extends Facts {
  readonly _tag: "Gateway"
  readonly code: string
  readonly message: string
}

/** Neither envelope: HTML, broken JSON, somebody else's JSON. */
export interface UnreadableReply extends Facts {
  readonly _tag: "Unreadable"
  readonly detail: string
}

export type Reply = ServiceReply | GatewayReply | UnreadableReply | Broken

export interface CallOptions {
  /** For the whole answer. */
  readonly timeoutSeconds: number
  /** A connection of its own, for what must not die with a pooled socket. */
  readonly fresh: boolean
}

export interface Client {
  /** One call. Never fails: what went wrong is a `Reply` too. */
  readonly call: (
    action: string,
    body: SubmitBody | ResultBody,
    options: CallOptions,
  ) => Effect.Effect<Reply>
}

/** Refuses credentials that cannot be signed with, and an address that cannot be called. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const http = yield* HttpClient.HttpClient
  const endpoint = yield* Endpoint.parse(options.baseUrl ?? defaults.baseUrl, defaults.baseUrl)
  const signed = signerOf(options, endpoint)
  // One signature of nothing, now: what cannot be signed is better refused here than at the first call.
  yield* Effect.try({ try: () => signed("CVGetResult", "{}", new Date(0)), catch: refusalOf })
  const redact = redactor([options.secretAccessKey, options.sessionToken])

  const client: Client = {
    call: Effect.fnUntraced(function* (action, body, { fresh, timeoutSeconds }) {
      const text = JSON.stringify(body)
      const sentAt = yield* Clock.currentTimeMillis
      const { headers, path, query } = signed(action, text, new Date(sentAt))
      const request = HttpClientRequest.post(`${endpoint.origin}${path}?${query}`).pipe(
        HttpClientRequest.bodyText(text, "application/json"),
        HttpClientRequest.setHeaders(headers),
      )
      const answer = yield* exchange(http, request, { timeoutSeconds, fresh }).pipe(
        Effect.provideService(Headers.CurrentRedactedNames, secretHeaders),
      )
      const now = yield* Clock.currentTimeMillis
      return answer._tag === "Broken"
        ? { ...answer, detail: redact(answer.detail) }
        : readReply(answer, now, redact)
    }),
  }
  return client
})

const secretHeaders = ["authorization", "x-security-token", "cookie", "set-cookie"]

const signerOf = (options: Options, endpoint: URL) => (action: string, body: string, date: Date) =>
  sign(
    {
      method: "POST",
      path: endpoint.pathname,
      query: { Action: action, Version: defaults.version },
      host: endpoint.host,
      headers: { "Content-Type": "application/json" },
      body,
    },
    {
      accessKeyId: options.accessKeyId,
      secretAccessKey: Redacted.value(options.secretAccessKey),
      ...(options.sessionToken === undefined
        ? {}
        : { sessionToken: Redacted.value(options.sessionToken) }),
      region: options.region ?? defaults.region,
      service: options.service ?? defaults.service,
      date,
    },
  )

/** The signer names the field and never the secret. */
const refusalOf = (error: unknown): InvalidInput => {
  if (!(error instanceof SignInputError)) throw error
  const field = error.field.replace(/^options\./, "")
  return new InvalidInput({
    issues: [{ path: `/${field}`, message: error.message.slice(error.field.length + 2) }],
  })
}

/** Sorts an answer. Pure. */
export const readReply = (
  answer: Answer,
  now: number,
  redact: (text: string) => string = (text) => text,
): ServiceReply | GatewayReply | UnreadableReply => {
  const envelope = readEnvelope(answer.body)
  const facts = factsOf(answer, envelope, now)
  const error = envelope?.ResponseMetadata?.Error
  if (error !== undefined) {
    return {
      _tag: "Gateway",
      ...facts,
      code: error.Code ?? (error.CodeN === undefined ? "" : String(error.CodeN)),
      message: redact(error.Message ?? ""),
    }
  }
  if (envelope?.code !== undefined && isServiceEnvelope(envelope)) {
    return {
      _tag: "Service",
      ...facts,
      code: envelope.code,
      message: redact(envelope.message ?? ""),
      data: envelope.data ?? undefined,
    }
  }
  const type = answer.headers["content-type"]?.split(";")[0]
  const what =
    envelope === undefined ? "not JSON of this service" : "JSON that is not this service's"
  return {
    _tag: "Unreadable",
    ...facts,
    detail: `HTTP ${answer.status}, ${what}${type === undefined ? "" : ` (${type})`}`,
  }
}

/**
 * A proxy may answer `{"code":502,…}` too, and its word proves nothing about a task. The service's own
 * codes have five digits, and its envelope names the request, the time it took or the data (null or not).
 */
const isServiceEnvelope = (envelope: Envelope): boolean =>
  /^\d{5,}$/.test(envelope.code ?? "") &&
  (envelope.request_id !== undefined ||
    envelope.time_elapsed !== undefined ||
    envelope.data !== undefined)

const factsOf = (answer: Answer, envelope: Envelope | undefined, now: number): Facts => {
  const date = Date.parse(answer.headers["date"] ?? "")
  return {
    status: answer.status,
    taskId: envelope?.data?.task_id,
    requestId: envelope?.ResponseMetadata?.RequestId ?? envelope?.request_id,
    retryAfterMillis: retryAfterMillis(answer, now),
    skewSeconds: Number.isNaN(date) ? undefined : Math.round((date - now) / 1000),
  }
}
