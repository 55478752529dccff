/**
 * What became of one order, for the proof and for the closing: read from what was recorded, from the
 * file on the disk and from the simulator's ledger.
 */
import type { Record } from "@zoetrope/engine/Engine"
import type { Event, State } from "@zoetrope/engine/Generation"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { readFile } from "node:fs/promises"
import { relative } from "node:path"
import type { Failure } from "../Failure.ts"
import type { Session } from "../setup/Session.ts"
import type { Say } from "../words/Words.ts"
import type { Line } from "./closing.ts"
import type { Performed } from "./perform.ts"
import type { Kept } from "./Proof.ts"
import type { Simulated } from "./simulated.ts"

export interface Outcome {
  readonly kept: Kept
  readonly line: Line
}

/** @param atKill how it stood when its process was killed, if that was */
export const outcomeOf = Effect.fnUntraced(function* (
  session: Session,
  { resumed, simulator }: Simulated,
  { conclusion, id, order }: Performed,
  atKill?: State,
) {
  const record = yield* session.engine.record(id)
  const tasks = record.tasks.flatMap(({ ref }) => (ref === undefined ? [] : [ref.taskId]))
  const path = conclusion._tag === "Kept" ? conclusion.kept.path : undefined
  const file = path === undefined ? undefined : yield* fileAt(path)
  const mine = simulator.ledger().tasks.filter((task) => tasks.includes(task.id))
  const kept: Kept = {
    name: order.name,
    tasks,
    ...(file === undefined ? {} : { sha256: file.sha256 }),
    ...(file?.seconds === undefined ? {} : { seconds: file.seconds }),
  }
  const line: Line = {
    model: order.name,
    id,
    task: tasks.at(-1) ?? "–",
    polls: mine.reduce((sum, { polls }) => sum + polls, 0),
    made: tasks.length,
    paid: mine.filter((task) => task.billedSeconds > 0).length,
    seconds: kept.seconds === undefined ? undefined : Math.round(kept.seconds * 100) / 100,
    bytes: file?.bytes,
    sha256: file?.sha256,
    atKill,
    survived: survivedBy([
      ...(atKill === undefined ? [] : [killedAt(atKill)]),
      ...survivedIn(record, atKill === "submitting"),
      ...(tasks.some((task) => resumed.has(task)) ? [resumedDownload] : []),
    ]),
    path: path === undefined ? undefined : relative(process.cwd(), path),
    failed: conclusion._tag === "Failed" ? firstSentence(conclusion.failure) : undefined,
  }
  const outcome: Outcome = { kept, line }
  return outcome
})

const fileAt = Effect.fnUntraced(function* (path: string) {
  const { mediaFacts } = yield* Effect.promise(() => import("@zoetrope/simulator"))
  const bytes = yield* Effect.promise(() => readFile(path))
  const facts = yield* Effect.promise(async () => mediaFacts(bytes))
  return {
    bytes: bytes.byteLength,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    seconds: facts?.seconds,
  }
})

/** @param isKilled whether it was our own death that lost the answer to a submit */
const survivedIn = ({ events }: Record, isKilled: boolean): ReadonlyArray<Say> => {
  const times = new Map<Survived, number>()
  for (const { kind } of events) {
    const what = kind === "undecided" ? foundIn(events, isKilled) : survivedKinds[kind]
    if (what !== undefined) times.set(what, (times.get(what) ?? 0) + 1)
  }
  return [...times].map(
    ([what, count]): Say =>
      ({ demo }) =>
        count === 1 ? demo[what] : demo.times(demo[what], count),
  )
}

/** Their names among the demo's words. */
type Survived = "foundByMark" | "lostAnswer" | "refused" | "pollFailed" | "remade" | "hindered"

const foundIn = (events: ReadonlyArray<Event>, isKilled: boolean): Survived | undefined =>
  isFound(events) ? (isKilled ? "foundByMark" : "lostAnswer") : undefined

/** Whether a submit without an answer turned out to be accepted. */
const isFound = (events: ReadonlyArray<Event>): boolean =>
  events.findLastIndex(({ kind }) => kind === "submitted") >
  events.findIndex(({ kind }) => kind === "undecided")

const survivedKinds: { readonly [kind in Event["kind"]]?: Survived } = {
  refused: "refused",
  "poll-failed": "pollFailed",
  remaking: "remade",
  hindered: "hindered",
}

const killedAt =
  (state: State): Say =>
  ({ demo: { killedWhile, overBefore } }) =>
    state === "done" || state === "failed" || state === "cancelled"
      ? overBefore
      : killedWhile[state]

const resumedDownload: Say = ({ demo }) => demo.resumed

const survivedBy =
  (parts: ReadonlyArray<Say>): Say =>
  (words) =>
    words.demo.together(parts.map((say) => say(words)))

const firstSentence =
  ({ message }: Failure): Say =>
  (words) =>
    message(words).split(/(?<=\.)\s+(?=[A-Z])|(?<=。)/)[0] ?? ""
