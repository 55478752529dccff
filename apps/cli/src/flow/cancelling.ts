/** Wishes to cancel, each driven until it is answered. */
import { CancelRefused } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import { Effect, type Option, Result } from "effect"
import * as Accounts from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import { taskJson, unfinished, waysOut } from "../telling/Conclusion.ts"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { command, type Failure, failureJson, failureOf, failureText, ofTask } from "../Failure.ts"
import * as Handle from "../input/Handle.ts"
import { json, marked, note, type Style, styleFor } from "../terminal/Output.ts"
import * as Session from "../setup/Session.ts"
import { Failed, type Known } from "../Settle.ts"
import type { Subject } from "../input/Subjects.ts"
import type { Vendor } from "../Vendor.ts"
import { en, quoted, type Say } from "../words/Words.ts"

export interface Wishes {
  readonly directory: DataDirectory
  readonly account: Option.Option<string>
  readonly adopt: boolean
  readonly json: boolean
}

interface Cancelled {
  readonly message: Say
  readonly requestId?: string | undefined
  readonly id?: string
  readonly ref?: TaskRef | undefined
}

export const cancelling = Effect.fn("cancelling")(function* (
  vendors: ReadonlyArray<Vendor>,
  subjects: ReadonlyArray<Subject>,
  known: Known,
  wishes: Wishes,
) {
  const [only] = subjects
  if (only !== undefined && subjects.length === 1) {
    if (only._tag === "Handle") known.ref = only.ref
    const hands = yield* handsFor(vendors, subjects, wishes)
    const one = yield* cancelOne(hands, only, known)
    return { text: shown(one, wishes, false, yield* styleFor(process.stdout)) }
  }
  const hands = yield* handsFor(vendors, subjects, wishes)
  const lines: Array<string> = []
  const codes: Array<ExitCode> = []
  for (const subject of subjects) {
    const result = yield* Effect.result(cancelOne(hands, subject, known))
    if (Result.isSuccess(result)) {
      lines.push(shown(result.success, wishes, true, yield* styleFor(process.stdout)))
      continue
    }
    const error = result.failure
    const failure = error._tag === "Failed" ? error.failure : failureOf(error)
    codes.push(failure.exitCode)
    if (wishes.json) lines.push(failureJson(failure, "line"))
    else note(failureText(failure, yield* styleFor(process.stderr)))
  }
  return { exitCode: worstOf([ExitCode.done, ...codes]), text: lines.join("\n") }
})

/** What can do something about them. */
interface Hands {
  readonly directory: DataDirectory
  /** Absent where nothing was ever recorded. */
  readonly session: Session.Session | undefined
  /** By the subject whose handle it is. */
  readonly handles: ReadonlyMap<Subject, Effect.Success<ReturnType<typeof Handle.open>>>
}

const handsFor = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  subjects: ReadonlyArray<Subject>,
  wishes: Wishes,
) {
  const handles = new Map<Subject, Effect.Success<ReturnType<typeof Handle.open>>>()
  for (const subject of subjects) {
    if (subject._tag !== "Handle") continue
    handles.set(subject, yield* Handle.open(vendors, subject.ref, wishes))
  }
  const { directory } = wishes
  const mine = [...handles.values()].map(({ opened }) => opened)
  const hands: Hands = {
    directory,
    handles,
    session: Session.exists(directory)
      ? yield* Session.open(directory, (yield* Accounts.openAll(vendors, mine)).opened)
      : undefined,
  }
  return hands
})

const shown = (
  { id, message, ref, requestId }: Cancelled,
  { json: asJson }: Wishes,
  isOneOfMany: boolean,
  { columns, paint, words }: Style,
): string => {
  if (!asJson) {
    const said = message(words)
    const text = isOneOfMany && id !== undefined ? words.labelled(id, said) : said
    return marked(paint("green", "✓"), text, columns)
  }
  const value = {
    ...(id === undefined ? {} : { id }),
    status: "cancelled",
    message: message(en),
    ...(ref === undefined ? {} : { task: taskJson(ref) }),
    ...(requestId === undefined ? {} : { requestId }),
  }
  return isOneOfMany ? JSON.stringify(value) : json(value)
}

const cancelOne = Effect.fnUntraced(function* (
  { directory, handles, session }: Hands,
  subject: Subject,
  known: Known,
) {
  const handle = handles.get(subject)
  if (handle === undefined) {
    if (subject._tag === "Handle" || session === undefined) {
      return yield* Session.nothingIn(directory)
    }
    return yield* cancelRecorded(session, yield* session.engine.get(subject.id), known)
  }
  // A server follows a task before it has it taken back.
  if (session !== undefined && session.store === undefined) {
    const { generation } = yield* session.engine.adopt(handle.ref)
    return yield* cancelRecorded(session, generation, known)
  }
  const recorded = yield* session?.store?.byTask(handle.ref) ?? Effect.undefined
  return session !== undefined && recorded?.task?.ref?.taskId === handle.ref.taskId
    ? yield* cancelRecorded(session, recorded, known)
    : yield* cancelTask(handle.opened, handle.ref)
})

/** Of a task that is not recorded here. */
const cancelTask = Effect.fnUntraced(function* (
  { provider, vendor }: Accounts.Opened,
  ref: TaskRef,
) {
  if (provider.cancel === undefined) {
    return yield* new TaskError({
      provider: provider.id,
      account: provider.account,
      model: ref.model,
      operation: "cancel",
      reason: new CancelRefused({ detail: en.cancelling.noCall(vendor.title) }),
      ref,
    })
  }
  const { message, requestId } = yield* provider.cancel(ref)
  const cancelled: Cancelled = { message: quoted(message), requestId, ref }
  return cancelled
})

/** Milliseconds between looks at whether the wish was answered. */
const everyMillis = 100

const cancelRecorded = Effect.fnUntraced(function* (
  session: Session.Session,
  generation: Generation,
  known: Known,
) {
  const { directory, engine } = session
  const { id } = generation
  if (generation.state === "fetching") {
    return yield* new Failed({
      failure: goesOn(session, generation, ({ cancelling: words }) => words.fetching),
    })
  }
  if (generation.state === "undecided") {
    return yield* new Failed({
      failure: {
        exitCode: ExitCode.undecided,
        kind: "Undecided",
        message: ({ cancelling: words }) => words.undecided(id),
        next: waysOut(directory, id),
        id,
      },
    })
  }
  const wished = yield* engine.cancel(id)
  if (!hasEnded(wished.state) && !session.isDriven(wished)) {
    return yield* new BadInput({
      say: ({ cancelling: words }) => words.noCredentials(id, wished.account),
    })
  }
  const style = yield* styleFor(process.stderr)
  const answered = yield* Effect.gen(function* () {
    yield* engine.drive({ only: (one) => one.id === id })
    while (true) {
      const now = yield* engine.get(id)
      // Accepted is not the end: a video that was faster is kept.
      if (now.cancel === "no" || hasEnded(now.state) || now.state === "undecided") return now
      if (now.state === "fetching") return now
      yield* Effect.sleep(everyMillis)
    }
  }).pipe(
    Effect.scoped,
    Effect.onInterrupt(() =>
      Effect.sync(() => {
        const failure = unfinished(session, wished, "Aborted")
        const text = failureText(failure, style)
        known.left = { failures: [failure], text, lines: false }
      }),
    ),
  )
  const { events } = yield* engine.record(id)
  const said = events.findLast(
    ({ kind }) => kind === "cancel-accepted" || kind === "cancel-refused",
  )
  if (answered.state === "cancelled") {
    const event = said?.kind === "cancel-accepted" ? said : events.at(-1)
    const cancelled: Cancelled = {
      message: (words) =>
        event === undefined ? words.cancelling.cancelled : words.packages.event(event),
      id,
      ref: answered.task?.ref,
    }
    return cancelled
  }
  const why: Say = (words) =>
    said?.kind === "cancel-refused" ? words.packages.event(said) : words.cancelling.tooLate
  return yield* new Failed({ failure: goesOn(session, answered, why) })
})

const goesOn = ({ directory }: Session.Session, { id, task }: Generation, why: Say): Failure => ({
  exitCode: ExitCode.running,
  kind: "CancelRefused",
  message: why,
  next: [({ failure }) => failure.costsAsBefore, command(directory.command("wait", id))],
  id,
  ...ofTask(task?.ref),
})
