/**
 * Placeholder Name as a `Provider`: one value per account. Turns checked inputs into wire calls and
 * answers into states and reasons; every method is one call, and none repeats.
 *
 * UNFINISHED: `cancel`, `find`, `credits` and `callbacks`, where the vendor has them. A member that is
 * absent is a capability that the vendor does not have.
 */
import { fingerprint } from "@zoetrope/core/Digest"
import * as Core from "@zoetrope/core/Provider"
import { InvalidInput, type Reason } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, Config, Effect, Option, Redacted } from "effect"
import * as Client from "./Client.ts"
import { madeUpTaskId, readHealth } from "./Health.ts"
import * as Models from "./Models.ts"
import { readPoll } from "./readPoll.ts"
import { readSubmit } from "./readSubmit.ts"

/** Of the API family; the first part of its models' ids. */
export const id = "placeholder-name"

export interface Options extends Client.Options {
  /** Name of the account in this program. Default `default`. */
  readonly account?: string | undefined
  /** Seconds for a whole answer. Default 30. */
  readonly timeoutSeconds?: number | undefined
}

/**
 * The provider value of one account. Fails with `InvalidInput`, which names the option, where the key,
 * the address or the timeout cannot be used; nothing is sent.
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const { account = "default", timeoutSeconds = 30 } = options
  if (!(timeoutSeconds > 0 && Number.isFinite(timeoutSeconds))) {
    return yield* refuse("/timeoutSeconds", "must be above 0", String(timeoutSeconds))
  }
  const client = yield* Client.make(options)
  // The key has no public half: these are 12 hex digits of a hash of all of it.
  const key = yield* fingerprint(Redacted.value(options.apiKey))
  const owner = { provider: id, account }
  const now = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

  const submit = Effect.fn("placeholder-name.submit")(function* (request: Core.SubmitRequest) {
    const model = request.model.id
    const at = yield* now
    const input = request.input as Models.VideoInput
    const reply = yield* client.call(
      { _tag: "Submit", body: { model: request.model.alias, ...input } },
      timeoutSeconds,
    )
    const result = readSubmit({ account, model, at, inputDigest: request.digest }, reply)
    if (result._tag === "Refused") {
      const { reason } = result
      return yield* new TaskError({ ...owner, model, operation: "submit", reason, ...told(reply) })
    }
    const ref: TaskRef = {
      version: 1,
      ...owner,
      key,
      model,
      taskId: result.taskId,
      submittedAt: yield* now,
      query: {},
    }
    const submitted: Core.Submitted = { ref, ...requestIdOf(reply), warnings: result.warnings }
    return submitted
  })

  const poll = Effect.fn("placeholder-name.poll")(function* (ref: TaskRef) {
    const reply = yield* client.call({ _tag: "Poll", taskId: ref.taskId }, timeoutSeconds)
    const result = readPoll(reply, yield* Clock.currentTimeMillis, client.redact)
    const about = { ...owner, model: ref.model, ref }
    switch (result._tag) {
      case "CallFailed": {
        const { reason } = result
        return yield* new TaskError({ ...about, operation: "poll", reason, ...told(reply) })
      }
      case "TaskFailed":
        return polled(reply, { _tag: "Failed", error: taskError(about, reply, result) })
      case "State":
        return polled(reply, result.state, result.warnings)
    }
  })

  const check = Effect.map(
    client.call({ _tag: "Poll", taskId: madeUpTaskId }, timeoutSeconds),
    readHealth,
  )

  return Core.make({ id, account, key, models: Models.all, submit, poll, check })
})

/** From `PLACEHOLDER_NAME_API_KEY`, and `PLACEHOLDER_NAME_BASE_URL` where it is set. */
export const fromConfig = Effect.fnUntraced(function* (options: Omit<Options, "apiKey"> = {}) {
  const apiKey = yield* textOf("PLACEHOLDER_NAME_API_KEY")
  if (apiKey === undefined) return yield* refuse("/PLACEHOLDER_NAME_API_KEY", "is not set")
  const baseUrl = options.baseUrl ?? (yield* textOf("PLACEHOLDER_NAME_BASE_URL"))
  return yield* make({ ...options, baseUrl, apiKey: Redacted.make(apiKey) })
})

/** Empty counts as not set. */
const textOf = (name: string): Config.Config<string | undefined> =>
  Config.String(name).pipe(
    Config.option,
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (some) => some !== ""))),
  )

const refuse = (path: string, message: string, given?: string) =>
  new InvalidInput({ issues: [{ path, message, ...(given === undefined ? {} : { given }) }] })

const polled = (
  reply: Client.Reply,
  state: Core.Polled["state"],
  warnings: ReadonlyArray<string> = [],
): Core.Polled => ({
  state,
  ...requestIdOf(reply),
  warnings,
})

const taskError = (
  about: Pick<TaskError, "provider" | "account"> & {
    readonly model: string
    readonly ref: TaskRef
  },
  reply: Client.Reply,
  failed: { readonly reason: Reason; readonly code?: string; readonly message?: string },
): TaskError =>
  new TaskError({
    ...about,
    operation: "task",
    reason: failed.reason,
    ...requestIdOf(reply),
    ...(failed.code === undefined ? {} : { code: failed.code }),
    ...(failed.message === undefined ? {} : { providerMessage: failed.message }),
  })

/** What an answer says of itself. */
const told = (reply: Client.Reply) => ({
  ...(reply._tag === "Broken" ? {} : { httpStatus: reply.status }),
  ...(reply._tag === "Refused" ? { code: reply.code, providerMessage: reply.message } : {}),
  ...requestIdOf(reply),
})

const requestIdOf = (reply: Client.Reply): { readonly requestId?: string } =>
  reply._tag === "Broken" || reply.requestId === undefined ? {} : { requestId: reply.requestId }
