/**
 * Volcengine cv as a `Provider`: one value per account. Turns checked inputs into wire calls and
 * answers into states and reasons; every method but `check` is one call, and none repeats.
 */
import { fingerprint } from "@zoetrope/core/Digest"
import type { Limits } from "@zoetrope/core/Model"
import * as Core from "@zoetrope/core/Provider"
import * as Providers from "@zoetrope/core/Providers"
import { InvalidInput, type Operation, type Reason } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, type Config, Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import { toReqJson } from "./AigcMeta.ts"
import * as Client from "./Client.ts"
import { keyPair, secretOf, textOf } from "./Credentials.ts"
import { checkAll, madeUpTaskId } from "./Health.ts"
import * as Models from "./Models.ts"
import { readPoll } from "./readPoll.ts"
import { readSubmit } from "./readSubmit.ts"
import type { AnyVolcModel, WithLabel } from "./VolcModel.ts"

/** Of the API family; the first part of its models' ids. */
export const id = "volc-cv"

export interface Options extends Client.Options {
  /** Name of the account in this program. Default `default`. */
  readonly account?: string | undefined
  /** Limits that the account has bought, by model id or req_key. */
  readonly limits?: Readonly<Record<string, Partial<Limits>>> | undefined
  /** Seconds for a whole answer. Default 60 for a submit, 30 for a poll. */
  readonly timeouts?: { readonly submit?: number; readonly poll?: number } | undefined
}

/**
 * The provider value of one account. Fails with `InvalidInput`, which names the option, where the
 * credentials, the address, a limit or a timeout cannot be used; nothing is sent.
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const client = yield* Client.make(options)
  const models = yield* modelsWith(options.limits ?? {})
  const timeouts = yield* checkedTimeouts(options.timeouts ?? {})
  const account = options.account ?? "default"
  const key = yield* fingerprint(options.accessKeyId)

  const failure = (
    operation: Operation,
    model: string,
    reason: Reason,
    reply?: Client.Reply,
    ref?: TaskRef,
  ): TaskError =>
    new TaskError({
      provider: id,
      account,
      model,
      operation,
      reason,
      ...detailsOf(reply),
      ...(ref === undefined ? {} : { ref }),
    })

  const submit = Effect.fn("volc-cv.submit")(function* (request: Core.SubmitRequest) {
    const model = models.find((one) => one.id === request.model.id)
    if (model === undefined) return yield* failure("submit", request.model.id, noSuchModel)
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const reply = yield* client.call(model.actions.submit, model.body(request.input), {
      timeoutSeconds: timeouts.submit,
      fresh: true,
    })
    const { product } = model
    const result = readSubmit(
      { account, model: model.id, product, at, inputDigest: request.digest },
      reply,
    )
    if (result._tag === "Refused") return yield* failure("submit", model.id, result.reason, reply)
    const ref: TaskRef = {
      version: 1,
      provider: id,
      account,
      key,
      model: model.id,
      taskId: result.taskId,
      submittedAt: new Date(yield* Clock.currentTimeMillis).toISOString(),
      query: queryOf(model, request.input as WithLabel),
    }
    const submitted: Core.Submitted = { ref, ...requestIdOf(reply), warnings: result.warnings }
    return submitted
  })

  const poll = Effect.fn("volc-cv.poll")(function* (ref: TaskRef) {
    const model = models.find((one) => one.id === ref.model)
    if (model === undefined) return yield* failure("poll", ref.model, noSuchModel, undefined, ref)
    const reply = yield* client.call(
      model.actions.result,
      { req_key: model.alias, ...ref.query, task_id: ref.taskId },
      { timeoutSeconds: timeouts.poll, fresh: false },
    )
    const result = readPoll(model.product, reply, yield* Clock.currentTimeMillis)
    switch (result._tag) {
      case "CallFailed":
        return yield* failure("poll", model.id, result.reason, reply, ref)
      case "TaskFailed": {
        const error = failure("task", model.id, result.reason, reply, ref)
        const polled: Core.Polled = {
          state: { _tag: "Failed", error },
          ...requestIdOf(reply),
          warnings: [],
        }
        return polled
      }
      case "State": {
        const polled: Core.Polled = {
          state: result.state,
          ...requestIdOf(reply),
          warnings: result.warnings,
        }
        return polled
      }
    }
  })

  const check = checkAll(models, (model) =>
    client.call(
      model.actions.result,
      { req_key: model.alias, task_id: madeUpTaskId },
      { timeoutSeconds: timeouts.poll, fresh: false },
    ),
  )

  return Core.make({ id, account, key, models, submit, poll, check })
})

/**
 * From `VOLC_ACCESS_KEY_ID` and `VOLC_SECRET_ACCESS_KEY` (or `VOLC_AK` and `VOLC_SK`), with
 * `VOLC_SESSION_TOKEN` and `VOLC_BASE_URL` where they are set. The two pairs are never mixed; a
 * `baseUrl` given here goes before the variable.
 */
export const fromConfig = Effect.fnUntraced(function* (
  options: Omit<Options, "accessKeyId" | "secretAccessKey" | "sessionToken"> = {},
) {
  const { accessKeyId, secretAccessKey } = yield* keyPair
  const sessionToken = yield* secretOf("VOLC_SESSION_TOKEN")
  const baseUrl = options.baseUrl ?? (yield* textOf("VOLC_BASE_URL"))
  return yield* make({
    ...options,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  })
})

/** The registry with this one account, for programs that need no other. */
export const layerConfig = (
  options?: Parameters<typeof fromConfig>[0],
): Layer.Layer<Providers.Providers, InvalidInput | Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(
    Providers.Providers,
    Effect.map(fromConfig(options), (provider) => Providers.make([provider])),
  )

/** What every poll must say again. */
const queryOf = (model: AnyVolcModel, { aigc_meta }: WithLabel): TaskRef["query"] => ({
  req_key: model.alias,
  ...(aigc_meta === undefined ? {} : { req_json: toReqJson(aigc_meta) }),
})

const noSuchModel = new InvalidInput({
  issues: [
    {
      path: "/model",
      message: "is not a model of volc-cv",
      allowed: Models.all.map((model) => model.id).join(", "),
    },
  ],
})

const requestIdOf = (reply: Client.Reply): { readonly requestId?: string } =>
  reply._tag === "Broken" || reply.requestId === undefined ? {} : { requestId: reply.requestId }

const detailsOf = (reply: Client.Reply | undefined) => {
  if (reply === undefined || reply._tag === "Broken") return {}
  return {
    httpStatus: reply.status,
    ...requestIdOf(reply),
    ...("code" in reply ? { code: reply.code, providerMessage: reply.message } : {}),
  }
}

const modelsWith = (
  limits: NonNullable<Options["limits"]>,
): Effect.Effect<ReadonlyArray<AnyVolcModel>, InvalidInput> => {
  const issues = Object.entries(limits).flatMap(([name, { callsPerSecond, inFlight }]) => {
    const path = `/limits/${name}`
    const known = Models.find(name) !== undefined
    const wrong = (field: string, value: number | undefined) =>
      value === undefined || value > 0
        ? []
        : [{ path: `${path}/${field}`, message: "must be above 0", given: String(value) }]
    return [
      ...(known ? [] : [{ path, message: "is not a model of volc-cv" }]),
      ...wrong("inFlight", inFlight),
      ...wrong("callsPerSecond", callsPerSecond),
    ]
  })
  if (issues.length > 0) return Effect.fail(new InvalidInput({ issues }))
  return Effect.succeed(
    Models.all.map((model) => ({
      ...model,
      limits: { ...model.limits, ...limits[model.alias], ...limits[model.id] },
    })),
  )
}

const checkedTimeouts = (
  timeouts: NonNullable<Options["timeouts"]>,
): Effect.Effect<{ readonly submit: number; readonly poll: number }, InvalidInput> => {
  const { poll = 30, submit = 60 } = timeouts
  const issues = Object.entries({ submit, poll }).flatMap(([name, value]) =>
    value > 0 && Number.isFinite(value)
      ? []
      : [{ path: `/timeouts/${name}`, message: "must be above 0 seconds", given: String(value) }],
  )
  return issues.length > 0
    ? Effect.fail(new InvalidInput({ issues }))
    : Effect.succeed({ submit, poll })
}
