/**
 * What became of a generation that goes on by itself no more: its file copied to where it was wanted,
 * or what happened, what it cost and what a person can do. Shows nothing.
 */
import { withRef } from "@zoetrope/core/TaskError"
import { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
import { nameOf } from "@zoetrope/engine/drivers/nameOf"
import type { Record } from "@zoetrope/engine/Engine"
import type { Artifact, Generation, Task } from "@zoetrope/engine/Generation"
import { Effect, Result } from "effect"
import { createHash } from "node:crypto"
import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import { pipeline } from "node:stream/promises"
import { ExitCode } from "./ExitCode.ts"
import { type Failure, failureOf, ofTask } from "./Failure.ts"
import type { Session } from "./Session.ts"
import type { Target } from "./Target.ts"

export type Conclusion =
  | { readonly _tag: "Kept"; readonly kept: Kept }
  | { readonly _tag: "Failed"; readonly failure: Failure }

export interface Kept {
  readonly generation: Generation
  /** Where the video lies: a copy where one was wanted, else the file of the data directory. */
  readonly path: string
  readonly video: Artifact
  /** Every task that was accepted, oldest first. */
  readonly tasks: ReadonlyArray<TaskRef>
}

/** @param place where a copy is wanted, if one is */
export const conclude = Effect.fn("Conclusion.conclude")(function* (
  session: Session,
  id: string,
  place: Target | undefined,
) {
  const record = yield* session.engine.record(id)
  const { artifacts, generation } = record
  const [video] = artifacts
  if (generation.state !== "done" || video === undefined) {
    return failed(failureFor(session, record))
  }
  const tasks = acceptedOf(record.tasks)
  const own = session.directory.pathOf(video)
  if (place === undefined) return kept({ generation, path: own, video, tasks })
  const wanted = place.pathFor(nameOf(generation, video))
  // Whoever waits a second time has it already.
  if (yield* isSame(wanted, video)) return kept({ generation, path: wanted, video, tasks })
  const copied = yield* Effect.result(session.copy(video, wanted))
  if (Result.isSuccess(copied)) return kept({ generation, path: copied.success, video, tasks })
  return failed({
    exitCode: ExitCode.other,
    kind: "NotCopied",
    message: `the video is kept as ${own}, but not copied: ${copied.failure.message}`,
    next: [`\`${session.directory.command("wait", generation.id, "--out", "DIR/")}\``],
    id: generation.id,
    ...ofTask(tasks.at(-1)),
  })
})

const isSame = (path: string, { bytes, sha256 }: Artifact): Effect.Effect<boolean> =>
  Effect.promise(async () => {
    try {
      if ((await stat(path)).size !== bytes) return false
      const hash = createHash("sha256")
      await pipeline(createReadStream(path), hash)
      return hash.digest("hex") === sha256
    } catch {
      return false
    }
  })

const kept = (value: Kept): Conclusion => ({ _tag: "Kept", kept: value })
const failed = (failure: Failure): Conclusion => ({ _tag: "Failed", failure })

const acceptedOf = (tasks: ReadonlyArray<Task>): ReadonlyArray<TaskRef> =>
  tasks.flatMap(({ ref }) => (ref === undefined ? [] : [ref]))

/** Of one that has ended without a video, or waits for a person. */
const failureFor = ({ directory }: Session, { events, generation, tasks }: Record): Failure => {
  const { error, id, state } = generation
  const ref = acceptedOf(tasks).at(-1)
  const last = events.at(-1)
  if (state === "undecided") {
    return {
      ...(error === undefined ? blank("Undecided", "undecided") : failureOf(error, ref)),
      exitCode: ExitCode.undecided,
      next: waysOut(directory.command, id),
      id,
    }
  }
  const wasGivenUp = last?.kind === "settled"
  if (state === "cancelled" || wasGivenUp || error === undefined) {
    const kind = wasGivenUp ? "GivenUp" : state === "cancelled" ? "Cancelled" : "Failed"
    return {
      ...blank(kind, `${last?.message ?? state}${costOf(tasks)}`),
      id,
      ...ofTask(ref),
    }
  }
  return { ...failureOf(ref === undefined ? error : withRef(error, ref)), id, ...ofTask(ref) }
}

const blank = (kind: string, message: string): Failure => ({
  exitCode: ExitCode.noVideo,
  kind,
  message,
  next: [],
})

const costOf = (tasks: ReadonlyArray<Task>): string =>
  tasks.every(({ state }) => state === "refused") ? "; nothing was paid" : ""

/** How a person settles what is undecided, with what each way means. */
export const waysOut = (
  command: (...words: ReadonlyArray<string>) => string,
  id: string,
): ReadonlyArray<string> => [
  "if you have the handle of its task:",
  `\`${command("settle", id, "--found", "HANDLE")}\``,
  "if there is no task, or you want no video any more:",
  `\`${command("settle", id, "--give-up")}\``,
  "to have it made again, at the risk of paying twice:",
  `\`${command("settle", id, "--again")}\``,
]

/** Of one that goes on, or that a signal has stopped here. */
export const unfinished = (
  { directory }: Session,
  generation: Generation,
  why: "Aborted" | "StillRunning",
): Failure => {
  const { error, id, state, task } = generation
  if (state === "undecided") {
    return {
      ...(error === undefined ? blank("Undecided", "undecided") : failureOf(error, task?.ref)),
      exitCode: ExitCode.undecided,
      next: waysOut(directory.command, id),
      id,
    }
  }
  const gone = state === "cancelled"
  return {
    exitCode: why === "Aborted" ? ExitCode.interrupted : ExitCode.running,
    kind: why,
    message: fateOf(generation),
    next: gone ? [] : [`\`${directory.command("wait", id)}\``],
    id,
    ...ofTask(task?.ref),
  }
}

const fateOf = ({ id, state, task }: Generation): string => {
  switch (state) {
    case "cancelled":
      return `${id} was not sent, and is cancelled; nothing was paid`
    case "queued":
      return `${id} is recorded and not sent yet; it keeps its place in line`
    case "done":
      return `${id} is done, and its video is kept`
    case "fetching":
      return `${id}: its video exists and is paid for, and is fetched as soon as somebody waits for it`
    default:
      return task?.ref === undefined
        ? `${id} is being submitted by another process`
        : `${id} goes on at the provider as task ${task.ref.taskId}`
  }
}

/** The result as data, for programs. */
export const keptJson = (one: Kept, warnings: ReadonlyArray<string>) => {
  const { generation, path, tasks, video } = one
  const { bytes, codec, height, seconds: length, sha256, width } = video
  const ref = tasks.at(-1)
  return {
    id: generation.id,
    status: "done",
    path,
    bytes,
    sha256,
    model: generation.model,
    account: generation.account,
    ...(ref === undefined ? {} : { task: taskJson(ref) }),
    tasks: tasks.map(taskJson),
    seconds: Math.round(tookSeconds(one) * 10) / 10,
    video: {
      ...(length === undefined ? {} : { seconds: length }),
      ...(width === undefined ? {} : { width }),
      ...(height === undefined ? {} : { height }),
      ...(codec === undefined ? {} : { codec }),
    },
    warnings,
  }
}

/** From when it was asked for to when its video was kept. */
export const tookSeconds = ({ generation }: Kept): number =>
  (generation.updatedAt - generation.createdAt) / 1000

export const taskJson = (ref: TaskRef) => ({
  id: ref.taskId,
  submittedAt: ref.submittedAt,
  handle: toHandle(ref),
})
