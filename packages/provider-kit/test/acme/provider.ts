/** The provider of Acme: small, and right as far as the suite can tell. The mutants are made from it. */
import { fingerprint } from "@zoetrope/core/Digest"
import * as Endpoint from "@zoetrope/core/Endpoint"
import { type Answer, type Broken, exchange } from "@zoetrope/core/Exchange"
import type { AnyModel, Model } from "@zoetrope/core/Model"
import * as Core from "@zoetrope/core/Provider"
import {
  CancelRefused,
  ConcurrencyLimited,
  Forbidden,
  GenerationFailed,
  InvalidRequest,
  Moderated,
  NothingSent,
  type Operation,
  OutcomeUnknown,
  ProviderFault,
  RateLimited,
  type Reason,
  Unauthorized,
  Unavailable,
  UnknownCode,
} from "@zoetrope/core/Reason"
import { redactor } from "@zoetrope/core/Redact"
import { proofOf } from "@zoetrope/core/Submit"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { TaskState } from "@zoetrope/core/TaskState"
import { retryAfterMillis } from "@zoetrope/core/retryAfterMillis"
import { parseObject } from "@zoetrope/core/WireJson"
import type { Plugin } from "@zoetrope/core/Plugin"
import type { Make, Target } from "@zoetrope/provider-kit/Subject"
import type { Account } from "@zoetrope/simulator"
import { Clock, Config, Effect, Redacted, Schema } from "effect"
import { Headers, HttpClient, HttpClientRequest } from "effect/http"
import { createHmac } from "node:crypto"

const Input = Schema.Struct({
  prompt: Schema.String.annotate({
    title: "Prompt",
    description: "What the film shows, at most 40 characters.",
    examples: ["a red kite"],
  }).check(Schema.isNonEmpty(), Schema.isMaxLength(40)),
})

const modelOf = (name: string): Model<typeof Input.Type> => ({
  id: `acme/${name}`,
  alias: name,
  title: { en: name, zh: name },
  summary: { en: "Text to a short film.", zh: "文生短片" },
  kind: "text-or-image-to-video",
  input: Input,
  examples: [{ prompt: "a red kite" }],
  rules: () => ({ issues: [], warnings: [] }),
  limitGroup: "acme",
  limits: { inFlight: 2, callsPerSecond: 10 },
  timing: {
    usual: 30,
    longest: 300,
    poll: { floor: 1, ceiling: 5 },
    retention: 12 * 3600,
    link: 3600,
  },
  documents: [{ title: "Films", url: "https://acme.example/docs/films", updated: "2026-01-01" }],
})

export const models: ReadonlyArray<AnyModel> = [modelOf("film-1"), modelOf("sketch")]

export const make: Make = (target) => makeNamed("suite", target)

/** What programs take up that have never heard of it. */
export const plugin: Plugin = {
  contract: 1,
  id: "acme",
  title: "Acme",
  models,
  variables: { credentials: ["ACME_KEY"], others: [], baseUrl: "ACME_URL" },
  open: Effect.fnUntraced(function* (name) {
    const baseUrl = yield* Endpoint.parse(yield* Config.String("ACME_URL"), "https://acme.example")
    const secret = yield* Config.String("ACME_KEY")
    const account = { id: "", secret }
    return yield* makeNamed(name, { account, baseUrl: baseUrl.origin, timeoutSeconds: 10 })
  }),
}

const makeNamed = (name: string, { account, baseUrl, timeoutSeconds }: Target) =>
  Effect.gen(function* () {
    const http = yield* HttpClient.HttpClient
    const apiKey = Redacted.make(account.secret)
    const redact = redactor([apiKey])
    const owner = { id: "acme", account: name, key: yield* fingerprint(account.secret) }

    const call = (request: HttpClientRequest.HttpClientRequest, fresh = false) =>
      exchange(
        http,
        HttpClientRequest.setHeader(request, "authorization", `Key ${Redacted.value(apiKey)}`),
        { timeoutSeconds, fresh },
      ).pipe(
        Effect.provideService(Headers.CurrentRedactedNames, ["authorization"]),
        Effect.flatMap((answer) =>
          Effect.map(Clock.currentTimeMillis, (now) => readReply(answer, now, redact)),
        ),
      )
    const failure = (operation: Operation, reply: Reply, reason: Reason, ref?: TaskRef) =>
      new TaskError({
        provider: owner.id,
        account: owner.account,
        operation,
        reason,
        ...(reply.answer._tag === "Broken" ? {} : { httpStatus: reply.answer.status }),
        ...(reply.error === undefined
          ? {}
          : { code: reply.error.code, providerMessage: reply.error.message }),
        ...(ref === undefined ? {} : { model: ref.model, ref }),
      })
    const refOf = (model: string, taskId: string, submittedAt: string): TaskRef => ({
      version: 1,
      provider: owner.id,
      account: owner.account,
      key: owner.key,
      model,
      taskId,
      submittedAt,
      query: { path: "/videos" },
    })
    const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

    const submit = Effect.fnUntraced(function* (request: Core.SubmitRequest) {
      const at = yield* now
      const model = request.model.id
      const body = {
        model: request.model.alias,
        ...(request.input as typeof Input.Type),
        mark: request.key,
        ...(request.callbackUrl === undefined
          ? {}
          : { callback: `${request.callbackUrl}&mark=${request.key}` }),
      }
      const reply = yield* call(
        HttpClientRequest.post(`${baseUrl}/videos`).pipe(
          HttpClientRequest.bodyText(JSON.stringify(body), "application/json"),
        ),
        true,
      )
      const { task_id } = reply.json
      if (typeof task_id === "string" && task_id !== "") {
        const submitted: Core.Submitted = { ref: refOf(model, task_id, yield* now), warnings: [] }
        return submitted
      }
      const known = reply.error !== undefined && reply.error.code !== "Unavailable"
      const proof = proofOf(
        reply.answer._tag === "Broken"
          ? reply.answer
          : { ...reply.answer, reading: known ? "own-error" : "unreadable" },
      )
      const reason =
        proof === "nothing-sent"
          ? new NothingSent({ detail: reply.detail })
          : proof === "refused" && reply.error !== undefined
            ? reasonOf(reply.error.code, reply.asked)
            : new OutcomeUnknown({
                account: owner.account,
                model,
                at,
                inputDigest: request.digest,
                key: request.key,
                detail: reply.detail,
                look: "Look at https://acme.example/console.",
              })
      return yield* failure("submit", reply, reason)
    })

    const poll = Effect.fnUntraced(function* (ref: TaskRef) {
      const path = `${baseUrl}${ref.query["path"] ?? "/nowhere"}/${encodeURIComponent(ref.taskId)}`
      const reply = yield* call(HttpClientRequest.get(path))
      const { error, json } = reply
      if (typeof json["state"] !== "string") {
        const reason = error === undefined ? unavailable(reply) : reasonOf(error.code, reply.asked)
        if (error?.code !== "NotHere") return yield* failure("poll", reply, reason, ref)
      }
      const millis = yield* Clock.currentTimeMillis
      const state = readState(json, millis, () =>
        failure("task", reply, reasonOf(error?.code ?? ""), ref),
      )
      const polled: Core.Polled = { state, warnings: warningsOf(json) }
      return polled
    })

    const cancel = Effect.fnUntraced(function* (ref: TaskRef) {
      const path = `${baseUrl}/videos/${encodeURIComponent(ref.taskId)}`
      const reply = yield* call(HttpClientRequest.delete(path))
      if (reply.json["cancelled"] === true) return { message: "taken back; it costs nothing" }
      const reason =
        reply.error?.code === "TooLate"
          ? new CancelRefused({ detail: "it is under way" })
          : unavailable(reply)
      return yield* failure("cancel", reply, reason, ref)
    })

    const find = Effect.fnUntraced(function* (request: Core.SubmitRequest, sentAt: string) {
      const reply = yield* call(HttpClientRequest.get(`${baseUrl}/videos`))
      const { videos } = reply.json
      if (!Array.isArray(videos)) return yield* failure("find", reply, unavailable(reply))
      const rows = videos as ReadonlyArray<{ readonly task_id: string; readonly mark: string }>
      const row = rows.find(({ mark }) => mark === request.key)
      return row === undefined ? undefined : refOf(request.model.id, row.task_id, sentAt)
    })

    const credits = Effect.gen(function* () {
      const reply = yield* call(HttpClientRequest.get(`${baseUrl}/credits`))
      const { remaining } = reply.json
      if (typeof remaining === "number") return { remaining, rows: [] }
      const reason = reply.error === undefined ? unavailable(reply) : reasonOf(reply.error.code)
      return yield* failure("credits", reply, reason)
    })

    const check = Effect.map(
      call(HttpClientRequest.get(`${baseUrl}/credits`)),
      ({ answer, detail, error }): Core.Health => {
        if (answer._tag === "Broken") return { status: "unreachable", message: detail }
        if (error?.code === "BadKey") return { status: "wrong-key", message: "check the key" }
        return error === undefined && answer.status === 200
          ? { status: "well", message: "the key is good" }
          : { status: "unclear", message: detail }
      },
    )

    const verify: Core.Callbacks["verify"] = (request, at, toleranceSeconds) =>
      Effect.sync(() => {
        const { date = "", nonce = "", signature } = request.headers
        const text = signedText(request.method, request.path, request.query, date, nonce)
        const off = Math.abs(at.getTime() - Date.parse(date)) / 1000
        if (signature !== hmac(account, text)) return { _tag: "Refused", why: "wrong signature" }
        if (!(off <= toleranceSeconds)) return { _tag: "Refused", why: "its date is off" }
        const key = new URLSearchParams(request.query).get("mark") ?? undefined
        return { _tag: "Genuine", nonce, key, state: undefined }
      })

    return Core.make({
      ...owner,
      models,
      submit,
      poll,
      cancel,
      find,
      credits,
      check,
      callbacks: { verify },
    })
  })

const signedText = (...parts: ReadonlyArray<string>): string => parts.join("\n")

const hmac = ({ secret }: Account, text: string): string =>
  createHmac("sha256", secret).update(text).digest("base64")

interface Reply {
  readonly answer: Answer | Broken
  readonly json: Readonly<Record<string, unknown>>
  /** The service's own refusal. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly detail: string
  readonly asked?: { readonly retryAfterMillis: number }
}

const readReply = (
  answer: Answer | Broken,
  now: number,
  redact: (text: string) => string,
): Reply => {
  if (answer._tag === "Broken") {
    return { answer, json: {}, error: undefined, detail: redact(answer.detail) }
  }
  const json = { ...parseObject(answer.body) } as Record<string, unknown>
  const millis = retryAfterMillis(answer, now)
  const error = json["error"] as { readonly code?: unknown; readonly message?: unknown } | undefined
  return {
    answer,
    json,
    error:
      typeof error?.code === "string"
        ? { code: error.code, message: redact(String(error.message)) }
        : undefined,
    detail: `HTTP ${answer.status}`,
    ...(millis === undefined ? {} : { asked: { retryAfterMillis: millis } }),
  }
}

const unavailable = ({ asked, detail }: Reply) => new Unavailable({ detail, ...asked })

const reasonOf = (code: string, asked?: Reply["asked"]): Reason => {
  switch (code) {
    case "TooFast":
      return new RateLimited({ retryable: "yes", ...asked })
    case "TooManyTasks":
      return new ConcurrencyLimited({ retryable: "yes" })
    case "Broken":
      return new ProviderFault({ retryable: "yes" })
    case "Unavailable":
      return new Unavailable({ detail: code })
    case "BadKey":
      return new Unauthorized({ retryable: "no" })
    case "NoAccess":
      return new Forbidden({ retryable: "no" })
    case "BadRequest":
    case "NotHere":
    case "TooLate":
      return new InvalidRequest({ retryable: "no" })
    case "FilmSpoilt":
      return new GenerationFailed({ retryable: "yes" })
    case "FilmBlocked":
      return new Moderated({ retryable: "no", stage: "output" })
    default:
      return new UnknownCode({ detail: code })
  }
}

const documented = new Set(["waiting", "working", "failed", "cancelled", "ready"])

const warningsOf = ({ state }: Reply["json"]): ReadonlyArray<string> =>
  typeof state === "string" && !documented.has(state) ? [`unknown state ${state}`] : []

const readState = (
  { bytes, md5, seconds_left, state, url }: Reply["json"],
  now: number,
  failed: () => TaskError,
): TaskState => {
  switch (state) {
    case undefined:
      return { _tag: "NotFound", message: "Acme does not know the task" }
    case "waiting":
      return { _tag: "Queued" }
    case "failed":
      return { _tag: "Failed", error: failed() }
    case "cancelled":
      return { _tag: "Cancelled" }
    case "ready":
      return {
        _tag: "Succeeded",
        outputs: [
          {
            kind: "video",
            url: String(url),
            expiresAt: new Date(now + Number(seconds_left) * 1000).toISOString(),
            bytes: Number(bytes),
            md5: String(md5),
          },
        ],
      }
    default:
      return { _tag: "Running" }
  }
}
