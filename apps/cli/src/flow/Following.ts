/**
 * Generations driven and followed until each goes on by itself no more: what `generate` and `wait` do
 * alike. Owns the order of the end: each result as soon as it is there, then what is left and how to
 * go on with it, also where a deadline or a signal comes first.
 */
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect } from "effect"
import * as Board from "../terminal/Board.ts"
import {
  conclude,
  type Conclusion,
  type Kept,
  keptJson,
  tookSeconds,
  unfinished,
} from "../telling/Conclusion.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { failureJson, failureText, labelled } from "../Failure.ts"
import * as Interrupts from "../Interrupts.ts"
import { json, marked, note, type Style, styleFor } from "../terminal/Output.ts"
import type { Session } from "../setup/Session.ts"
import { Failed, type Known, type Result } from "../Settle.ts"
import type { Target } from "../input/Target.ts"
import { clock, size } from "../terminal/Text.ts"
import type { Followed, Watching } from "../terminal/Watch.ts"

export interface How {
  readonly json: boolean
  /** Results are lines as they come, and the exit code is the worst; else there is one result. */
  readonly many: boolean
  /** From the beginning of the command; as long as it takes where there is none. */
  readonly deadlineSeconds: number | undefined
}

/** What is followed once it has begun. */
export interface Begun {
  readonly wanted: (generation: Generation) => Wanted
  /** Of what failed before it could be followed. */
  readonly codes: ReadonlyArray<ExitCode>
}

export interface Wanted {
  /** Where a copy of the video is wanted, if one is. */
  readonly place?: Target | undefined
  /** What is to be said of its input, for programs; people have been told. */
  readonly warnings: ReadonlyArray<string>
}

/**
 * Drives every account of the session until whatever is watched is over.
 *
 * @param begin what is to be followed is recorded and watched by this; it is driven already meanwhile
 */
export const follow = <E>(
  session: Session,
  watching: Watching,
  known: Known,
  how: How,
  begin: Effect.Effect<Begun, E>,
) => {
  const rest = how.many ? severalOf : oneOf
  return session.engine.drive().pipe(
    Effect.andThen(begin),
    Effect.flatMap((begun) => rest(session, watching, how, begun)),
    Effect.scoped,
    Effect.onInterrupt(() => takeStock(session, watching, known, how)),
  )
}

const oneOf = Effect.fnUntraced(function* (
  session: Session,
  watching: Watching,
  how: How,
  { wanted }: Begun,
) {
  const next = yield* nextWithin(watching, how)
  const [left] = watching.left()
  if (next === "late" && left !== undefined) {
    return yield* new Failed({ failure: unfinished(session, left.generation, "StillRunning") })
  }
  if (next === "late" || next === undefined) return { text: "" }
  const { place, warnings } = wanted(next.generation)
  const conclusion = yield* conclude(session, next.generation.id, place)
  watching.stop()
  if (conclusion._tag === "Failed") return yield* new Failed({ failure: conclusion.failure })
  const { kept } = conclusion
  note(summary(kept, yield* styleFor(process.stderr)))
  const result: Result = {
    text: how.json ? json(keptJson(kept, warnings)) : kept.path,
  }
  return result
})

const severalOf = Effect.fnUntraced(function* (
  session: Session,
  watching: Watching,
  how: How,
  begun: Begun,
) {
  const codes: Array<ExitCode> = [...begun.codes]
  const ended: Array<Generation> = []
  while (true) {
    const next = yield* nextWithin(watching, how)
    if (next === undefined || next === "late") break
    const { place, warnings } = begun.wanted(next.generation)
    const conclusion = yield* conclude(session, next.generation.id, place)
    const isWritten = yield* tell(watching, next, conclusion, warnings, how)
    codes.push(isWritten ? codeOf(conclusion) : ExitCode.other)
    ended.push(next.generation)
  }
  const left = watching.left().map(({ generation }) => generation)
  const failures = left.map((one) => unfinished(session, one, "StillRunning"))
  watching.stop()
  const style = yield* styleFor(process.stderr)
  const { words } = style
  const facts = [
    ...Board.counts([...ended, ...left], words),
    words.time.in(clock(watching.seconds())),
  ]
  const exitCode = worstOf([...codes, ...failures.map((one) => one.exitCode)])
  const mark = exitCode === ExitCode.done ? style.paint("green", "✓") : style.paint("yellow", "!")
  if (ended.length + left.length > 0) note(marked(mark, facts.join(" · "), style.columns))
  if (left.length > 0) note(leftText(session, left, style))
  const result: Result = {
    exitCode,
    text: how.json ? failures.map((one) => failureJson(one, "line")).join("\n") : "",
  }
  return result
})

const codeOf = (conclusion: Conclusion): ExitCode =>
  conclusion._tag === "Kept" ? ExitCode.done : conclusion.failure.exitCode

/** One of several: a line for people, and its result on stdout. */
const tell = Effect.fnUntraced(function* (
  watching: Watching,
  { label }: Followed,
  conclusion: Conclusion,
  warnings: ReadonlyArray<string>,
  { json: asJson }: How,
) {
  const style = yield* styleFor(process.stderr)
  watching.print(endText(label, conclusion, style))
  if (conclusion._tag === "Kept") {
    const { kept } = conclusion
    return yield* watching.result(asJson ? JSON.stringify(keptJson(kept, warnings)) : kept.path)
  }
  return asJson ? yield* watching.result(failureJson(conclusion.failure, "line")) : true
})

/** What became of one of several, in a line. */
export const endText = (label: string, conclusion: Conclusion, style: Style): string => {
  const { columns, paint, words } = style
  if (conclusion._tag === "Failed") return failureText(labelled(label, conclusion.failure), style)
  const text = words.labelled(label, words.following.kept(size(conclusion.kept.video.bytes)))
  return marked(paint("green", "✓"), text, columns)
}

const nextWithin = (
  watching: Watching,
  { deadlineSeconds }: How,
): Effect.Effect<Followed | undefined | "late"> =>
  deadlineSeconds === undefined
    ? watching.next
    : watching.next.pipe(
        Effect.timeoutOrElse({
          duration: Math.max(0, deadlineSeconds - watching.seconds()) * 1000,
          orElse: () => Effect.succeed("late" as const),
        }),
      )

/**
 * A signal has come, and whatever was on the wire is over. Ctrl-C takes back what was asked for by this
 * command and is not sent; any other signal may come from a machine that goes down, and takes back nothing.
 */
export const takeStock = Effect.fnUntraced(function* (
  session: Session,
  watching: Watching,
  known: Known,
  { many }: Pick<How, "many">,
) {
  watching.stop()
  const current = yield* Effect.forEach(
    watching.left(),
    ({ generation, isNew }) => fateOf(session, generation, isNew && Interrupts.isAsked()),
    { concurrency: 64 },
  )
  const failures = current.map((one) => unfinished(session, one, "Aborted"))
  const style = yield* styleFor(process.stderr)
  const [only] = failures
  const text =
    !many && only !== undefined ? failureText(only, style) : leftText(session, current, style)
  known.left = { failures, text, lines: many }
})

/** As it is now; what cannot be asked is as it was last seen. */
const fateOf = (
  { engine }: Session,
  seen: Generation,
  takesBack: boolean,
): Effect.Effect<Generation> =>
  Effect.gen(function* () {
    const now = yield* engine.get(seen.id)
    return takesBack && now.state === "queued" ? yield* engine.cancel(now.id) : now
  }).pipe(
    Effect.catchTag("NotNow", () => engine.get(seen.id)),
    Effect.orElseSucceed(() => seen),
  )

/** Ids on one line at most; where there are more, `wait` goes on with all of them. */
const fewIds = 4

/** What is left of several, and how to go on with it. */
export const leftText = (
  { directory }: Session,
  left: ReadonlyArray<Generation>,
  { columns, paint, words }: Style,
): string => {
  const cancelled = left.filter(({ state }) => state === "cancelled")
  const undecided = left.filter(({ state }) => state === "undecided")
  const going = left.filter(({ state }) => state !== "cancelled" && state !== "undecided")
  const queued = going.filter(({ state }) => state === "queued")
  const lines: Array<string> = []
  const say = (text: string) => lines.push(marked(paint("yellow", "!"), text, columns))
  if (cancelled.length > 0) {
    say(words.following.cancelled(cancelled.length))
  }
  if (undecided.length > 0) {
    say(words.following.undecided(undecided.length))
    lines.push(`  ${paint("cyan", directory.command("list", "--state", "undecided"))}`)
  }
  if (going.length > 0) {
    const ids = going.length > fewIds ? [] : going.map(({ id }) => id)
    say(words.following.going(going.length, queued.length))
    lines.push(`  ${paint("cyan", directory.command("wait", ...ids))}`)
  }
  return lines.join("\n")
}

const summary = (kept: Kept, { columns, paint, words }: Style): string => {
  const { tasks, video } = kept
  const facts = [
    words.following.done(clock(tookSeconds(kept))),
    video.seconds === undefined ? "" : words.time.video(Math.round(video.seconds * 10) / 10),
    size(video.bytes),
    tasks.length > 1 ? words.following.tasks(tasks.length) : "",
    `sha256 ${video.sha256.slice(0, 12)}…`,
  ]
  return marked(paint("green", "✓"), facts.filter((fact) => fact !== "").join(" · "), columns)
}
