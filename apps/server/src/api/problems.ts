/** What the engine refuses, as problems of the API. Pure. */
import { Problem } from "@zoetrope/api"
import type { TaskError } from "@zoetrope/core/TaskError"
import type {
  KeyReused,
  NotNow,
  UnknownGeneration,
  UnknownModel,
} from "@zoetrope/engine/EngineError"
import type { InputsError } from "@zoetrope/engine/Inputs"
import type { StoreError } from "@zoetrope/engine/Store"
import { Effect } from "effect"
import { providerView } from "./views.ts"

export const unknownModel = (error: UnknownModel): Problem.UnknownModel =>
  new Problem.UnknownModel({
    detail: error.message,
    errors: [
      {
        in: "body",
        path: "/model",
        message: "no account has this model",
        given: error.model,
        allowed: error.known.join(", "),
      },
    ],
  })

export const keyReused = (error: KeyReused): Problem.KeyReused =>
  new Problem.KeyReused({ detail: error.message, generation: error.id })

export const unknownGeneration = ({ id }: Pick<UnknownGeneration, "id">) =>
  new Problem.UnknownGeneration({ detail: `there is no generation "${id}"` })

export const notNow = (error: NotNow): Problem.NotNow =>
  new Problem.NotNow({ detail: error.message })

/** What `submit` says of an input: each field by its place in the body. */
export const invalidInput = (error: TaskError): Problem.InvalidInput => {
  const { reason } = error
  const issues = reason._tag === "InvalidInput" ? reason.issues : []
  return new Problem.InvalidInput({
    detail: error.message,
    errors: issues.map((issue) => ({ ...issue, in: "body", path: `/input${issue.path}` })),
    provider: providerView(error),
  })
}

export const foreignHandle = (error: TaskError): Problem.ForeignHandle =>
  new Problem.ForeignHandle({ detail: error.message, provider: providerView(error) })

/** The disk: its paths are for the log, not for whoever asks. */
export const unavailable = (error: StoreError | InputsError) =>
  Effect.andThen(
    Effect.logError(error.message),
    Effect.fail(
      new Problem.Unavailable({
        detail: "the server's disk cannot be used at the moment; its log says why",
      }),
    ),
  )
