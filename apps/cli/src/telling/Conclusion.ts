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
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { command, type Failure, failureOf, ofTask } from "../Failure.ts"
import type { Session } from "../setup/Session.ts"
import type { Target } from "../input/Target.ts"
import type { Say, Words } from "../words/Words.ts"

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
    message: (words) =>
      words.conclusion.notCopied(own, words.packages.sentence(copied.failure.message)),
    next: [command(session.directory.command("wait", generation.id, "--out", "DIR/"))],
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
      ...(error === undefined ? blank("Undecided", undecided) : failureOf(error, ref)),
      exitCode: ExitCode.undecided,
      next: waysOut(directory, id),
      id,
    }
  }
  const wasGivenUp = last?.kind === "settled"
  if (state === "cancelled" || wasGivenUp || error === undefined) {
    const kind = wasGivenUp ? "GivenUp" : state === "cancelled" ? "Cancelled" : "Failed"
    return {
      ...blank(kind, (words) => {
        const what = last === undefined ? words.standing.states[state] : words.packages.event(last)
        return isFree(tasks) ? words.conclusion.nothingPaid(what) : what
      }),
      id,
      ...ofTask(ref),
    }
  }
  return { ...failureOf(ref === undefined ? error : withRef(error, ref)), id, ...ofTask(ref) }
}

const undecided: Say = (words) => words.conclusion.undecided

const blank = (kind: string, message: Say): Failure => ({
  exitCode: ExitCode.noVideo,
  kind,
  message,
  next: [],
})

const isFree = (tasks: ReadonlyArray<Task>): boolean =>
  tasks.every(({ state }) => state === "refused")

/** How a person settles what is undecided, with what each way means. */
export const waysOut = (
  { command: commandFor }: Pick<DataDirectory, "command">,
  id: string,
): ReadonlyArray<Say> => [
  ({ conclusion }) => conclusion.ifFound,
  command(commandFor("settle", id, "--found", "HANDLE")),
  ({ conclusion }) => conclusion.ifNone,
  command(commandFor("settle", id, "--give-up")),
  ({ conclusion }) => conclusion.ifAgain,
  command(commandFor("settle", id, "--again")),
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
      ...(error === undefined ? blank("Undecided", undecided) : failureOf(error, task?.ref)),
      exitCode: ExitCode.undecided,
      next: waysOut(directory, id),
      id,
    }
  }
  const gone = state === "cancelled"
  return {
    exitCode: why === "Aborted" ? ExitCode.interrupted : ExitCode.running,
    kind: why,
    message: ({ conclusion }) => fateOf(generation, conclusion),
    next: gone ? [] : [command(directory.command("wait", id))],
    id,
    ...ofTask(task?.ref),
  }
}

const fateOf = ({ id, state, task }: Generation, words: Words["conclusion"]): string => {
  switch (state) {
    case "cancelled":
      return words.cancelled(id)
    case "queued":
      return words.queued(id)
    case "done":
      return words.done(id)
    case "fetching":
      return words.fetching(id)
    default:
      return task?.ref === undefined ? words.submitting(id) : words.running(id, task.ref.taskId)
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
