/** A generation as `/v1/videos` shows it. Pure. Shows no link, no path, and no word of a secret. */
import type { Videos } from "@zoetrope/api"
import { fromFields } from "@zoetrope/core/CommonFields"
import { type AnyModel, timingFor } from "@zoetrope/core/Model"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { Artifact, Generation } from "@zoetrope/engine/Generation"

/** What is known of one. */
export interface Known {
  readonly generation: Generation
  /** Absent where no account here has it any more. */
  readonly model: AnyModel | undefined
  /** As it was checked; `null` where a task was taken over by its handle. */
  readonly input: unknown
  readonly artifacts: ReadonlyArray<Artifact>
}

export const videoView = ({ artifacts, generation, input, model }: Known): Videos.Video => {
  const { createdAt, id, state, updatedAt } = generation
  const asked = model === undefined || !isFields(input) ? {} : fromFields(model, input)
  const video = artifacts.find(({ kind }) => kind === "video") ?? artifacts[0]
  return {
    id,
    object: "video",
    created_at: secondsOf(createdAt),
    completed_at: state === "done" ? secondsOf(updatedAt) : null,
    expires_at: null,
    status: statusOf(state),
    progress: progressOf(generation),
    model: nameOf(generation, input),
    prompt: asked.prompt ?? null,
    seconds:
      asked.seconds ??
      (video?.seconds === undefined ? "" : String(Math.round(video.seconds * 100) / 100)),
    size:
      video?.width === undefined || video.height === undefined
        ? (asked.size ?? "")
        : `${video.width}x${video.height}`,
    remixed_from_video_id: null,
    error: errorOf(generation),
  }
}

/** As a create names it: with the model's own field `model` behind it, where it was given. */
const nameOf = ({ model }: Generation, input: unknown): string =>
  isFields(input) && typeof input["model"] === "string" ? `${model}/${input["model"]}` : model

/** Milliseconds after which it is worth looking again; `undefined` where nothing more comes. */
export const pollAfterMillis = (
  { state, task }: Generation,
  model: AnyModel | undefined,
): number | undefined => {
  if (statusOf(state) === "completed" || statusOf(state) === "failed") return undefined
  if (model === undefined) return usualPollMillis
  const { poll } = task?.ref === undefined ? model.timing : timingFor(model, task.ref)
  return Math.ceil(poll.floor * 1000)
}

const usualPollMillis = 5_000

/** Undecided is no failure: whoever is told so pays again. */
const statusOf = (state: Generation["state"]): Videos.Video["status"] => {
  switch (state) {
    case "queued":
      return "queued"
    case "submitting":
    case "running":
    case "fetching":
    case "undecided":
      return "in_progress"
    case "done":
      return "completed"
    case "failed":
    case "cancelled":
      return "failed"
  }
}

const progressOf = ({ progress = 0, state }: Generation): number =>
  state === "done" ? 100 : Math.min(99, Math.max(0, Math.floor(progress)))

const errorOf = ({ error, state }: Generation): Videos.Video["error"] => {
  if (state === "cancelled") return { code: "cancelled", message: "it was cancelled" }
  if (state !== "failed") return null
  return error === undefined
    ? { code: "failed", message: "it was given up" }
    : { code: codeOf(error), message: error.message }
}

/** The kind of the reason, `moderated` or `generation_failed`; of what proves nothing, the state. */
const codeOf = ({ reason }: TaskError): string =>
  reason._tag === "Unproven"
    ? reason.state
    : reason._tag.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()

const secondsOf = (millis: number): number => Math.floor(millis / 1000)

const isFields = (input: unknown): input is Readonly<Record<string, unknown>> =>
  typeof input === "object" && input !== null && !Array.isArray(input)
