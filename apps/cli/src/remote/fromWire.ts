/**
 * Generations as a server tells of them, as the engine's own. Pure. What is nobody's business outside
 * the server (stamps, tokens, paths of its disk) stands empty; a path is that of the server's API.
 */
import type { Generation as Wire } from "@zoetrope/api"
import * as Reasons from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { fromHandle, type TaskRef } from "@zoetrope/core/TaskRef"
import type { Record } from "@zoetrope/engine/Engine"
import type { Artifact, Event, Generation, Task } from "@zoetrope/engine/Generation"
import { Effect, Option, Schema } from "effect"

/** Fingerprint of the key of an account of the server, by its provider and name. */
export type KeyOf = (provider: string, account: string) => string | undefined

export const generationOf = (wire: Wire.Generation, keyOf: KeyOf): Generation => {
  const { account, cancel, dueAt, hindrance, id, model, owner, progress } = wire
  const task = wire.task === undefined ? undefined : taskOf(wire.task, wire)
  return {
    id,
    stamp: "",
    version: wire.version,
    state: wire.state,
    provider: wire.provider,
    account,
    accountKey: task?.ref?.key ?? keyOf(wire.provider, account) ?? "unknown",
    model,
    digest: "unknown",
    owner,
    cohort: model,
    createdAt: Date.parse(wire.createdAt),
    updatedAt: Date.parse(wire.updatedAt),
    remakes: wire.remakes,
    cancel,
    ...(dueAt === undefined ? {} : { dueAt: Date.parse(dueAt) }),
    ...(progress === undefined ? {} : { progress }),
    ...(wire.error === undefined ? {} : { error: errorOf(wire.error, wire, task?.ref) }),
    ...(hindrance === undefined ? {} : { hindrance }),
    ...(task === undefined ? {} : { task }),
  }
}

export const recordOf = (wire: Wire.Record, keyOf: KeyOf): Record => ({
  generation: generationOf(wire, keyOf),
  input: wire.input,
  files: wire.files.map((file) => ({ ...file, path: "" })),
  tasks: wire.tasks.map((task) => taskOf(task, wire)),
  events: wire.events.map(({ at, kind, message, version }): Event => ({
    at: Date.parse(at),
    kind,
    message,
    version,
  })),
  artifacts: wire.artifacts.map((artifact): Artifact => ({
    ...artifact,
    path: pathOf(wire.id, artifact.kind),
  })),
})

/** Where the server gives it out; a file that it does not give out has no path. */
export const pathOf = (id: string, kind: Artifact["kind"]): string => {
  switch (kind) {
    case "video":
      return `api/v1/generations/${id}/content`
    case "cover":
      return `api/v1/generations/${id}/thumbnail`
    case "watermarked":
      return ""
  }
}

const taskOf = (wire: Wire.Task, { id, state }: Pick<Wire.Generation, "id" | "state">): Task => {
  const ref = wire.handle === undefined ? undefined : refOf(wire.handle)
  return {
    number: wire.number,
    token: "",
    state: wire.state,
    attempt: 1,
    sentAt: Date.parse(wire.sentAt),
    ...(ref === undefined ? {} : { ref }),
    // The links are the server's own business; that it has some is what counts here.
    ...(state === "fetching" && wire.state === "succeeded"
      ? { outputs: [{ kind: "video", url: pathOf(id, "video") }] as const }
      : {}),
  }
}

const refOf = (handle: string): TaskRef | undefined =>
  Option.getOrUndefined(Effect.runSync(Effect.option(fromHandle(handle))))

const errorOf = (
  wire: Wire.Failure,
  { account, model, provider }: Wire.Generation,
  ref: TaskRef | undefined,
): TaskError =>
  new TaskError({
    provider,
    account,
    model,
    operation: wire.operation,
    reason: reasonOf(wire),
    ...(wire.code === undefined ? {} : { code: wire.code }),
    ...(wire.requestId === undefined ? {} : { requestId: wire.requestId }),
    ...(wire.providerMessage === undefined ? {} : { providerMessage: wire.providerMessage }),
    // A submit that failed has no task of its own.
    ...(ref === undefined || wire.operation === "submit" ? {} : { ref }),
  })

/** A kind that a newer server knows alone keeps its words, and whether a person is asked. */
const reasonOf = ({ details, message, reason, verdict }: Wire.Failure): Reasons.Reason =>
  Option.getOrElse(decodeReason({ ...details, _tag: reason }), () =>
    verdict === "ask"
      ? new Reasons.Unproven({ state: "not_found", detail: message })
      : verdict === "wait"
        ? new Reasons.Unavailable({ detail: message })
        : new Reasons.UnknownCode({ detail: message }),
  )

const decodeReason = Schema.decodeUnknownOption(Schema.toCodecJson(Reasons.Reason))
