/**
 * What the API shows of the engine's rows. Leaves out what is nobody's business outside: stamps, tokens,
 * paths of the disk, and links of providers, which are signed.
 */
import { Generation as Wire, type Problem } from "@zoetrope/api"
import { Reason } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import { toHandle } from "@zoetrope/core/TaskRef"
import type { Record } from "@zoetrope/engine/Engine"
import type { Artifact, Event, Generation, Task } from "@zoetrope/engine/Generation"
import { Schema, Struct } from "effect"

export const generationView = (generation: Generation): Wire.Generation => ({
  id: generation.id,
  version: generation.version,
  state: generation.state,
  model: generation.model,
  provider: generation.provider,
  account: generation.account,
  owner: generation.owner,
  createdAt: timeView(generation.createdAt),
  updatedAt: timeView(generation.updatedAt),
  ...(generation.dueAt === undefined ? {} : { dueAt: timeView(generation.dueAt) }),
  remakes: generation.remakes,
  cancel: generation.cancel,
  ...(generation.progress === undefined ? {} : { progress: generation.progress }),
  ...(generation.error === undefined ? {} : { error: failureView(generation.error) }),
  ...(generation.hindrance === undefined ? {} : { hindrance: generation.hindrance }),
  ...(generation.task === undefined ? {} : { task: taskView(generation.task) }),
  ...(generation.state === "done" ? { content: contentPath(generation.id) } : {}),
})

export const recordView = (record: Record): Wire.Record => ({
  ...generationView(record.generation),
  input: record.input,
  files: record.files.map(({ bytes, field, sha256 }) => ({ field, sha256, bytes })),
  tasks: record.tasks.map(taskView),
  events: record.events.map((event) => eventView(record.generation.id, event)),
  artifacts: record.artifacts.map(artifactView),
})

export const eventView = (
  generation: string,
  { at, kind, message, version }: Event,
): Wire.Event => ({ generation, version, at: timeView(at), kind, message })

/** What the provider said, for a problem. */
export const providerView = (error: TaskError): typeof Problem.ProviderWords.Type => ({
  provider: error.provider,
  ...(error.code === undefined ? {} : { code: error.code }),
  ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  ...(error.providerMessage === undefined ? {} : { message: error.providerMessage }),
})

const contentPath = (id: string): string => `/api/v1/generations/${id}/content`

const timeView = (millis: number): string => new Date(millis).toISOString()

const taskView = ({ number, ref, sentAt, state }: Task): Wire.Task => ({
  number,
  state,
  sentAt: timeView(sentAt),
  ...(ref === undefined ? {} : { taskId: ref.taskId, handle: toHandle(ref) }),
})

const failureView = (error: TaskError): Wire.Failure => ({
  reason: error.reason._tag,
  message: error.message,
  operation: error.operation,
  verdict: error.verdict,
  ...(error.code === undefined ? {} : { code: error.code }),
  ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  ...(error.providerMessage === undefined ? {} : { providerMessage: error.providerMessage }),
  ...("retryable" in error.reason ? { retryable: error.reason.retryable } : {}),
  ...("advice" in error.reason && error.reason.advice !== undefined
    ? { advice: error.reason.advice }
    : {}),
  details: detailsView(error.reason),
})

/** The mark of a start is a token, too. */
const detailsView = (reason: Reason): Wire.Failure["details"] =>
  Struct.omit(encodeReason(reason) as Wire.Failure["details"], ["_tag", "key"])

const encodeReason = Schema.encodeSync(Schema.toCodecJson(Reason))

const artifactView = (artifact: Artifact): Wire.Artifact => Struct.omit(artifact, ["path"])
