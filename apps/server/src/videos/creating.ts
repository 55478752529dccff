/** A create of `/v1/videos`: read, put into the model's words, accepted once, and answered as a video. */
import { Access, Problem, type Videos } from "@zoetrope/api"
import { Providers } from "@zoetrope/core/Providers"
import type { InputIssue } from "@zoetrope/core/Reason"
import { Effect, Result, Stream } from "effect"
import type { Multipart } from "effect/http"
import { accept, notTooDeep, takesWork } from "../api/creating.ts"
import { unavailable } from "../api/problems.ts"
import { readForm } from "./form.ts"
import { inputOf, pathOf } from "./inputOf.ts"
import type { Replays } from "./Replays.ts"

export interface Headers {
  readonly "idempotency-key"?: string | undefined
  readonly "x-stainless-retry-count"?: string | undefined
}

export const create = Effect.fn("videos.create")(function* (
  replays: Replays,
  payload: Videos.Create | Stream.Stream<Multipart.Part, Multipart.MultipartError>,
  headers: Headers,
) {
  yield* takesWork
  const caller = yield* Access.CurrentCaller
  const isForm = Stream.isStream(payload)
  const fields = isForm ? yield* readForm(payload) : payload
  const { model, variant } = yield* modelOf(fields["model"])
  const asked = inputOf(model, { ...fields, model: variant }, isForm)
  if (Result.isFailure(asked)) return yield* refused(asked.failure)
  const { input, warnings } = asked.success
  yield* notTooDeep(input)
  const acceptAs = (key: string) =>
    accept({ model: model.id, input, key }).pipe(
      Effect.catchTag("invalid-input", ({ errors = [] }) =>
        refused(
          errors.map((issue) => ({
            ...issue,
            path: pathOf(model, issue.path.replace(/^\/input/, "")),
          })),
        ),
      ),
    )
  const key = headers["idempotency-key"]
  const accepted = yield* key === undefined
    ? replays
        .once({ caller, model: model.id, input, retries: retriesOf(headers) }, acceptAs)
        .pipe(Effect.catchTag("StoreError", unavailable))
    : acceptAs(key)
  return { ...accepted, input, model, warnings: [...warnings, ...accepted.warnings] }
})

/** By its id; a field `model` of its own is given behind that: `vidu/img2video/viduq2-pro`. */
const modelOf = Effect.fnUntraced(function* (name: unknown) {
  const { all, forModel } = yield* Providers
  if (typeof name === "string") {
    const whole = forModel(name)
    if (whole !== undefined) return { model: whole.model, variant: undefined }
    const [, id = "", variant] = /^(.+)\/([^/]+)$/.exec(name) ?? []
    const { model } = forModel(id) ?? {}
    if (model !== undefined && Object.hasOwn(model.input.fields, "model")) return { model, variant }
  }
  const known = new Set(all.flatMap(({ models }) => models.map(({ id }) => id)))
  return yield* new Problem.UnknownModel({
    detail: "no model here has this name; nothing was recorded and nothing was paid",
    errors: [
      {
        in: "body",
        path: "/model",
        message: name === undefined || name === null || name === "" ? "is missing" : "is unknown",
        ...(typeof name === "string" && name !== "" ? { given: name.slice(0, 100) } : {}),
        allowed: [...known].join(", "),
      },
    ],
  })
})

const refused = (issues: ReadonlyArray<InputIssue>) =>
  Effect.fail(
    new Problem.InvalidInput({
      detail: "the model does not take this; nothing was recorded and nothing was paid",
      errors: issues.map((issue) => ({ ...issue, in: "body" })),
    }),
  )

/** What is no number is none of a stock client's. */
const retriesOf = ({ "x-stainless-retry-count": count = "" }: Headers): number =>
  /^\d{1,3}$/.test(count) ? Number(count) : 0
