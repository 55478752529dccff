/**
 * Vidu as a `Provider`: one value per account. Turns checked inputs into wire calls and answers into
 * states and reasons; every method but `find` and `check` is one call, and none repeats.
 */
import { fingerprint } from "@zoetrope/core/Digest"
import type { Limits } from "@zoetrope/core/Model"
import * as Core from "@zoetrope/core/Provider"
import * as Providers from "@zoetrope/core/Providers"
import {
  CancelRefused,
  InvalidInput,
  type InputIssue,
  type Operation,
  type Reason,
} from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, type Config, Effect, Layer, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as Callback from "./Callback.ts"
import * as Client from "./Client.ts"
import { fromEnvironment } from "./Credentials.ts"
import { findTask } from "./findTask.ts"
import { checkHealth } from "./Health.ts"
import * as Mark from "./Mark.ts"
import * as Models from "./Models.ts"
import { readCredits } from "./readCredits.ts"
import { readPoll } from "./readPoll.ts"
import { readSubmit } from "./readSubmit.ts"
import { reasonOfReply } from "./reasonOf.ts"
import type { AnyViduModel, CommonInput } from "./ViduModel.ts"

/** Of the API family; the first part of its models' ids. */
export const id = "vidu"

export interface Options extends Client.Options {
  /** Name of the account in this program. Default `default`. */
  readonly account?: string | undefined
  /** Limits that the organisation has bought; they are shared by all models. */
  readonly limits?: Partial<Limits> | undefined
  /** Seconds for a whole answer. Default 120 for a submit, which may carry 20 MB, and 30 for all else. */
  readonly timeouts?: { readonly submit?: number; readonly poll?: number } | undefined
}

/**
 * The provider value of one account. Fails with `InvalidInput`, which names the option, where the key,
 * the address, a limit or a timeout cannot be used; nothing is sent.
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const client = yield* Client.make(options)
  const { limits, timeouts } = yield* checked(options)
  const account = options.account ?? "default"
  // Vidu's key has no public half: these are 12 hex digits of a hash of all of it.
  const key = yield* fingerprint(Redacted.value(options.apiKey))
  const models: ReadonlyArray<AnyViduModel> = Models.all.map((model) => ({
    ...model,
    limits: { ...model.limits, ...limits },
  }))
  const ask = (call: Client.Call) =>
    client.call(call, call._tag === "Submit" ? timeouts.submit : timeouts.poll)

  const failure = (
    operation: Operation,
    reason: Reason,
    about: { readonly model?: string; readonly reply?: Client.Reply; readonly ref?: TaskRef },
  ): TaskError =>
    new TaskError({
      provider: id,
      account,
      ...(about.model === undefined ? {} : { model: about.model }),
      operation,
      reason,
      ...detailsOf(about.reply),
      ...(about.ref === undefined ? {} : { model: about.ref.model, ref: about.ref }),
    })

  /** A handle's id goes into a path, so what is no id is refused before it is sent. */
  const checkedId = (operation: "poll" | "cancel", ref: TaskRef) =>
    Client.isTaskId(ref.taskId) ? Effect.void : Effect.fail(failure(operation, noTaskId, { ref }))

  const refOf = (model: AnyViduModel, input: unknown, taskId: string, at: string): TaskRef => ({
    version: 1,
    provider: id,
    account,
    key,
    model: model.id,
    taskId,
    submittedAt: at,
    query: queryOf(input as CommonInput),
  })

  const submit = Effect.fn("vidu.submit")(function* (request: Core.SubmitRequest) {
    const model = models.find((one) => one.id === request.model.id)
    if (model === undefined) {
      return yield* failure("submit", noSuchModel, { model: request.model.id })
    }
    const marked = isMarked(request)
    const callback =
      request.callbackUrl === undefined
        ? {}
        : {
            callback_url: yield* Mark.toCallbackUrl(request.callbackUrl, request.key).pipe(
              Effect.mapError((reason) => failure("submit", reason, { model: model.id })),
            ),
          }
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const reply = yield* ask({
      _tag: "Submit",
      path: model.path,
      body: {
        ...model.body(request.input),
        ...(marked ? { payload: Mark.toPayload(request.key) } : {}),
        ...callback,
      },
    })
    const sent = {
      account,
      model: model.id,
      at,
      inputDigest: request.digest,
      key: marked ? request.key : undefined,
    }
    const result = readSubmit(sent, reply)
    if (result._tag === "Refused") {
      return yield* failure("submit", result.reason, { model: model.id, reply })
    }
    const acceptedAt = new Date(yield* Clock.currentTimeMillis).toISOString()
    const submitted: Core.Submitted = {
      ref: refOf(model, request.input, result.taskId, acceptedAt),
      ...requestIdOf(reply),
      warnings: result.warnings,
    }
    return submitted
  })

  const poll = Effect.fn("vidu.poll")(function* (ref: TaskRef) {
    yield* checkedId("poll", ref)
    const reply = yield* ask({ _tag: "Creations", taskId: ref.taskId })
    const now = yield* Clock.currentTimeMillis
    const result = readPoll(
      {
        offPeak: ref.query["off_peak"] === "true",
        watermark: ref.query["watermark"] === "true",
        ageSeconds: (now - Date.parse(ref.submittedAt)) / 1000,
        now,
      },
      reply,
      client.redact,
    )
    if (result._tag === "CallFailed") return yield* failure("poll", result.reason, { reply, ref })
    const polled: Core.Polled = {
      state:
        result._tag === "State"
          ? result.state
          : {
              _tag: "Failed",
              error: new TaskError({
                ...detailsOf(reply),
                provider: id,
                account,
                model: ref.model,
                operation: "task",
                reason: result.reason,
                ...(result.code === undefined ? {} : { code: result.code }),
                ...(result.message === undefined ? {} : { providerMessage: result.message }),
                ref,
              }),
            },
      ...requestIdOf(reply),
      warnings: result._tag === "State" ? result.warnings : [],
    }
    return polled
  })

  const cancel = Effect.fn("vidu.cancel")(function* (ref: TaskRef) {
    yield* checkedId("cancel", ref)
    const reply = yield* ask({ _tag: "Cancel", taskId: ref.taskId })
    if (reply._tag !== "Ok") {
      return yield* failure("cancel", cancelReason(reply), { reply, ref })
    }
    const outcome: Core.CancelOutcome = {
      message:
        "Vidu has cancelled the task; it ends as failed (UserCancelled), and what ends without a video costs no credits",
      ...requestIdOf(reply),
    }
    return outcome
  })

  const find = Effect.fn("vidu.find")(function* (request: Core.SubmitRequest, sentAt: string) {
    const model = models.find((one) => one.id === request.model.id)
    if (model === undefined || !isMarked(request)) return undefined
    const found = yield* findTask(
      {
        listed: model.listed(request.input),
        mark: Mark.toPayload(request.key),
        sentAt: Date.parse(sentAt),
      },
      ask,
    )
    switch (found._tag) {
      case "Absent":
        return undefined
      case "Failed":
        return yield* failure("find", reasonOfReply(found.reply), {
          model: model.id,
          reply: found.reply,
        })
      // By our clock, as with every other handle: the service's may be minutes off, and a task that
      // looks older than it is loses the minute in which "not found" is no answer yet.
      case "Found":
        return refOf(model, request.input, found.taskId, sentAt)
    }
  })

  const credits = Effect.gen(function* () {
    const reply = yield* ask({ _tag: "Credits" })
    const left = reply._tag === "Ok" ? readCredits(reply.json) : undefined
    return left ?? (yield* failure("credits", reasonOfReply(reply), { reply }))
  }).pipe(Effect.withSpan("vidu.credits"))

  return Core.make({
    id,
    account,
    key,
    models,
    submit,
    poll,
    check: checkHealth(ask),
    cancel,
    find,
    credits,
    callbacks: {
      verify: (request, now, toleranceSeconds) =>
        Callback.verify(options.apiKey, request, now, toleranceSeconds),
    },
  })
})

/** From `VIDU_API_KEY`, with `VIDU_BASE_URL` and `VIDU_AUTH_SCHEME` where they are set. */
export const fromConfig = Effect.fnUntraced(function* (options: Omit<Options, "apiKey"> = {}) {
  return yield* make({ ...(yield* fromEnvironment), ...options })
})

/** The registry with this one account, for programs that need no other. */
export const layerConfig = (
  options?: Parameters<typeof fromConfig>[0],
): Layer.Layer<Providers.Providers, InvalidInput | Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(
    Providers.Providers,
    Effect.map(fromConfig(options), (provider) => Providers.make([provider])),
  )

/** Whether the payload is free for our mark. */
const isMarked = ({ input }: Core.SubmitRequest): boolean =>
  (input as CommonInput).payload === undefined

/** What polls and their pace must know again. */
const queryOf = ({ off_peak, watermark }: CommonInput): TaskRef["query"] => ({
  ...(off_peak === true ? { off_peak: "true" } : {}),
  ...(watermark === true ? { watermark: "true" } : {}),
})

/** A 400 or 409 is the service's no to this very task; anything else is about the call or the account. */
const cancelReason = (reply: Exclude<Client.Reply, { readonly _tag: "Ok" }>): Reason =>
  reply._tag === "Error" && (reply.errorStatus === 400 || reply.errorStatus === 409)
    ? new CancelRefused({ detail: "in its state it cannot be taken back" })
    : reasonOfReply(reply)

const noSuchModel = new InvalidInput({
  issues: [
    {
      path: "/model",
      message: "is not a model of vidu",
      allowed: Models.all.map((model) => model.id).join(", "),
    },
  ],
})

const noTaskId = new InvalidInput({
  issues: [{ path: "/taskId", message: "is not an id that a task of Vidu could have" }],
})

const requestIdOf = (reply: Client.Reply): { readonly requestId?: string } =>
  reply._tag === "Broken" || reply.requestId === undefined ? {} : { requestId: reply.requestId }

const detailsOf = (reply: Client.Reply | undefined) => {
  if (reply === undefined || reply._tag === "Broken") return {}
  return {
    httpStatus: reply.status,
    ...requestIdOf(reply),
    ...(reply._tag === "Error" ? { code: reply.code, providerMessage: reply.message } : {}),
  }
}

const checked = ({ limits = {}, timeouts = {} }: Options) => {
  const seconds = { submit: 120, poll: 30, ...timeouts }
  const issues: Array<InputIssue> = []
  const mustBePositive = (path: string, value: number | undefined) => {
    if (value !== undefined && !(value > 0 && Number.isFinite(value))) {
      issues.push({ path, message: "must be above 0", given: String(value) })
    }
  }
  mustBePositive("/limits/inFlight", limits.inFlight)
  mustBePositive("/limits/callsPerSecond", limits.callsPerSecond)
  mustBePositive("/timeouts/submit", seconds.submit)
  mustBePositive("/timeouts/poll", seconds.poll)
  return issues.length > 0
    ? Effect.fail(new InvalidInput({ issues }))
    : Effect.succeed({ limits, timeouts: seconds })
}
