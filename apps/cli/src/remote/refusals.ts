/**
 * What a server refuses, and that it does not answer, as the engine's own errors. Pure. The server's own
 * words are kept; what to do is added where they leave it open.
 */
import { Problem } from "@zoetrope/api"
import { ForeignHandle, InvalidInput } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { KeyReused, NotNow, UnknownGeneration, UnknownModel } from "@zoetrope/engine/EngineError"
import { StoreError } from "@zoetrope/engine/Store"
import { Struct } from "effect"
import { HttpClientError } from "effect/http"
import { BadInput } from "../BadInput.ts"
import { program } from "../program.ts"
import { quoted } from "../words/Words.ts"

/** A call to the server brought nothing. To whoever works with the engine, the server is its store. */
export class ServerError extends StoreError {
  override get message(): string {
    return this.detail
  }
}

/** Of the client: a problem, what the network says, an answer that nobody can read, or a timeout. */
export interface CallFailed {
  readonly _tag: string
  readonly message: string
  readonly detail?: string | undefined
}

const passing: ReadonlySet<string> = new Set([
  "unavailable",
  "internal",
  "too-many-requests",
  "too-many-listeners",
  "TimeoutError",
])

/** Whether the same call may bring something a while later. */
export const isPassing = (error: CallFailed): boolean =>
  HttpClientError.isHttpClientError(error)
    ? error.response === undefined || error.response.status >= 500 || error.response.status < 400
    : passing.has(error._tag)

/** Why there is no connection in the first place. */
export const notReached = (error: CallFailed, url: string): BadInput | ServerError => {
  if (isPassing(error)) {
    const detail = `${wordsOf(error, url)}; start it there, or name another with --server or ZOETROPE_SERVER`
    return new ServerError({ operation: "open", detail })
  }
  if (isProblem(error)) return new BadInput({ say: quoted(wordsOf(error, url)) })
  return new BadInput({ say: ({ refusals }) => refusals.server.notAServer(url) })
}

export const serverError = (
  error: CallFailed,
  url: string,
  operation: StoreError["operation"] = "read",
): ServerError => new ServerError({ operation, detail: wordsOf(error, url) })

/** What happened, and what to do. */
const wordsOf = (error: CallFailed, url: string): string => {
  switch (error._tag) {
    case "unauthorized":
      return `the server at ${url} wants a key, and ${hasKey() ? "does not know the one in ZOETROPE_SERVER_KEY" : "there is none in ZOETROPE_SERVER_KEY"}; \`${program} keys make\` on its machine makes one`
    case "TimeoutError":
      return `the server at ${url} has not answered in time`
    default:
  }
  if (isProblem(error)) {
    const known = Problem.codes[error._tag]
    return `the server at ${url}: ${error.detail ?? `${known.title}. ${known.meaning}`}`
  }
  if (!HttpClientError.isHttpClientError(error)) {
    return `the server at ${url} has answered in a way that this program cannot read; are both of the same version?`
  }
  const { reason, response } = error
  if (response === undefined) {
    return `the server at ${url} cannot be reached (${codeOf(reason.cause) ?? reason._tag})`
  }
  return reason._tag === "StatusCodeError"
    ? `${url} answers with ${response.status} in place of a server`
    : `the server at ${url} has broken off its answer`
}

const hasKey = (): boolean => (process.env["ZOETROPE_SERVER_KEY"] ?? "") !== ""

const isProblem = (error: CallFailed): error is CallFailed & { readonly _tag: Problem.ErrorCode } =>
  Object.hasOwn(Problem.codes, error._tag)

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : undefined

/** What an input, a model or a key was refused for. */
export const refusedCreate = (
  error: CallFailed,
  url: string,
  asked: { readonly model: string; readonly key: string },
): TaskError | UnknownModel | KeyReused | ServerError => {
  if (error instanceof Problem.InvalidInput) {
    const { errors = [], provider } = error
    return new TaskError({
      provider: provider?.provider ?? asked.model,
      account: "",
      model: asked.model,
      operation: "submit",
      reason: new InvalidInput({
        issues: errors.map((issue) => ({
          ...Struct.omit(issue, ["in"]),
          path: issue.path.replace(/^\/input/, ""),
        })),
      }),
    })
  }
  if (error instanceof Problem.UnknownModel) {
    const known = error.errors?.[0]?.allowed?.split(", ") ?? []
    return new UnknownModel({ model: asked.model, known })
  }
  if (error instanceof Problem.KeyReused) {
    return new KeyReused({ key: asked.key, id: error.generation ?? "unknown" })
  }
  return serverError(error, url, "flush")
}

/** A handle that the server's accounts cannot do anything with. */
export const refusedHandle = (error: CallFailed, url: string, ref: TaskRef) =>
  error instanceof Problem.ForeignHandle
    ? new TaskError({
        provider: ref.provider,
        account: ref.account,
        model: ref.model,
        operation: "poll",
        reason: new ForeignHandle({
          expected: `the accounts of ${url}`,
          given: `${ref.provider} account "${ref.account}" (key ${ref.key})`,
        }),
        ref,
      })
    : serverError(error, url, "flush")

/** Of a call about one generation. */
export const refusedFor = (
  error: CallFailed,
  url: string,
  id: string,
): UnknownGeneration | NotNow | ServerError => {
  if (error instanceof Problem.UnknownGeneration) return new UnknownGeneration({ id, like: [] })
  if (error instanceof Problem.NotNow) {
    const why = (error.detail ?? "").replace(`generation ${id}: `, "")
    return new NotNow({ id, state: "unknown", why })
  }
  return isPassing(error)
    ? new ServerError({
        operation: "flush",
        detail: `${wordsOf(error, url)}; it may have done so all the same: look with \`${program} show ${id}\` before you say it again`,
      })
    : serverError(error, url, "flush")
}
