/**
 * Generations left to go on alone: driven until the provider has accepted each, or until it has to wait
 * in line behind the limits of its account, where it is safe as it is recorded. Drives nothing else.
 */
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect } from "effect"
import { conclude, taskJson } from "../telling/Conclusion.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { type Failure, failureJson, failureText, labelled } from "../Failure.ts"
import { takeStock } from "./Following.ts"
import { json, marked, note, type Style, styleFor } from "../terminal/Output.ts"
import type { AllRecorded, Recorded } from "./Recording.ts"
import type { Session } from "../setup/Session.ts"
import { Failed, type Known, type Result } from "../Settle.ts"
import type { Watching } from "../terminal/Watch.ts"

export interface How {
  readonly json: boolean
  /** Results are lines, and the exit code is the worst; else there is one result. */
  readonly many: boolean
}

/** @param record what is to be sent is recorded and watched by this */
export const detach = Effect.fn("Detached.detach")(function* <E, R>(
  session: Session,
  watching: Watching,
  known: Known,
  how: How,
  record: Effect.Effect<AllRecorded, E, R>,
) {
  const { store } = session
  const { codes, recorded } = yield* Effect.tap(record, (all) =>
    // A server goes on without this process.
    store === undefined
      ? Effect.void
      : Effect.scoped(send({ ...session, store }, watching, all.recorded)),
  ).pipe(Effect.onInterrupt(() => takeStock(session, watching, known, how)))
  watching.stop()
  const ends = yield* Effect.forEach(recorded, (one) => endOf(session, one))
  const failure = ends.find((end) => "failure" in end)
  if (!how.many && failure !== undefined && "failure" in failure) {
    return yield* new Failed({ failure: failure.failure })
  }
  const style = yield* styleFor(process.stderr)
  const lines: Array<string> = []
  for (const end of ends) {
    if ("generation" in end) {
      const { generation, order } = end
      const data = () => detachedJson(generation, order.warnings)
      lines.push(how.json ? (how.many ? JSON.stringify : json)(data()) : generation.id)
    } else if (how.json) lines.push(failureJson(end.failure, "line"))
    else note(failureText(labelled(end.order.label(style.words), end.failure), style))
  }
  const inLine = ends.filter((end) => "generation" in end && end.generation.state === "queued")
  if (inLine.length > 0 && store !== undefined)
    noteLine(session, inLine.length, recorded.length, style)
  const ended = ends.map((end) => ("failure" in end ? end.failure.exitCode : ExitCode.done))
  const result: Result = { exitCode: worstOf([...codes, ...ended]), text: lines.join("\n") }
  return result
})

/** One whose generations lie on this machine. */
type Local = Session & { readonly store: NonNullable<Session["store"]> }

/** Seconds after which one that is not sent is left in line, whatever holds it up: another process, say. */
const patience = 10

/** Milliseconds. */
const lookEvery = 50

/** Drives these alone until each is sent or has to wait. Closing waits for what is on the wire. */
const send = Effect.fnUntraced(function* (
  session: Local,
  watching: Watching,
  recorded: ReadonlyArray<Recorded>,
) {
  const ids = new Set(recorded.map(({ accepted }) => accepted.generation.id))
  yield* session.engine.drive({ only: ({ id }) => ids.has(id) })
  const giveUpAt = watching.seconds() + patience
  while (watching.seconds() < giveUpAt) {
    const unsent = watching
      .left()
      .filter(({ generation: { state } }) => state === "queued" || state === "submitting")
    if (unsent.every(({ generation }) => generation.state === "queued")) {
      const inLine = yield* linesOf(session, recorded)
      if (unsent.every(({ generation }) => isInLine(generation, inLine))) return
    }
    yield* Effect.sleep(lookEvery)
  }
})

/** Those that have to wait behind others, by the limits that their vendors publish. */
const linesOf = Effect.fnUntraced(function* ({ store }: Local, recorded: ReadonlyArray<Recorded>) {
  const inLine = new Set<string>()
  const now = Date.now()
  for (const provider of new Set(recorded.map(({ order }) => order.opened.provider))) {
    const live = yield* store.live({ provider: provider.id, accountKey: provider.key })
    const ahead = new Map<string, number>()
    for (const generation of live) {
      const model = provider.models.find(({ id }) => id === generation.model)
      if (model === undefined) continue
      const before = ahead.get(model.limitGroup) ?? 0
      const isQueued = generation.state === "queued"
      if (isQueued && before >= model.limits.inFlight) inLine.add(generation.id)
      if (isQueued || holdsPlace(generation, model.timing.longest, now)) {
        ahead.set(model.limitGroup, before + 1)
      }
    }
  }
  return inLine
})

/** An undecided one frees its place after the longest time that its task may take. */
const holdsPlace = ({ state, task }: Generation, longest: number, now: number): boolean =>
  state === "submitting" ||
  state === "running" ||
  (state === "undecided" && now < (task?.sentAt ?? 0) + longest * 1000)

/** Also where the provider itself says that there are too many. */
const isInLine = ({ error, id }: Generation, inLine: ReadonlySet<string>): boolean =>
  inLine.has(id) || error?.reason._tag === "ConcurrencyLimited"

type End = { readonly order: Recorded["order"] } & (
  | { readonly generation: Generation }
  | { readonly failure: Failure }
)

const endOf = Effect.fnUntraced(function* (session: Session, { accepted, order }: Recorded) {
  const { id } = accepted.generation
  const generation = yield* session.engine.get(id)
  const goesOn: End = { order, generation }
  if (!ended.has(generation.state)) return goesOn
  const conclusion = yield* conclude(session, id, undefined)
  const end: End = conclusion._tag === "Kept" ? goesOn : { order, failure: conclusion.failure }
  return end
})

/** Without a video, or as far as anybody knows. */
const ended: ReadonlySet<Generation["state"]> = new Set(["failed", "cancelled", "undecided"])

const noteLine = (
  { directory }: Session,
  count: number,
  all: number,
  { columns, paint, words }: Style,
): void => {
  note(marked(paint("yellow", "!"), words.detached.inLine(count, all), columns))
  note(`  ${paint("cyan", directory.command("wait"))}`)
}

const detachedJson = (generation: Generation, warnings: ReadonlyArray<string>) => {
  const ref = generation.task?.ref
  const task = ref === undefined ? undefined : taskJson(ref)
  return {
    id: generation.id,
    status: task === undefined ? "queued" : "submitted",
    ...(task === undefined ? {} : { handle: task.handle, task }),
    model: generation.model,
    account: generation.account,
    warnings,
  }
}
