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
import type { Session } from "../Session.ts"
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
    survived: [
      ...(atKill === undefined
        ? []
        : [killed[atKill] ?? "nothing: it was over before the kill -9"]),
      ...survivedIn(record, atKill === "submitting"),
      ...(tasks.some((task) => resumed.has(task)) ? ["a cut download, resumed"] : []),
    ].join("; "),
    path: path === undefined ? undefined : relative(process.cwd(), path),
    failed: conclusion._tag === "Failed" ? firstSentence(conclusion.failure.message) : undefined,
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
const survivedIn = ({ events }: Record, isKilled: boolean): ReadonlyArray<string> => {
  const times = new Map<string, number>()
  for (const { kind } of events) {
    const words =
      kind === "undecided"
        ? isFound(events) && (isKilled ? found : `a lost answer to a submit, ${found}`)
        : survivedWords[kind]
    if (words) times.set(words, (times.get(words) ?? 0) + 1)
  }
  return [...times].map(([words, count]) => (count === 1 ? words : `${words} ×${count}`))
}

const found = "its task found by its mark"

/** Whether a submit without an answer turned out to be accepted. */
const isFound = (events: ReadonlyArray<Event>): boolean =>
  events.findLastIndex(({ kind }) => kind === "submitted") >
  events.findIndex(({ kind }) => kind === "undecided")

const survivedWords: { readonly [kind in Event["kind"]]?: string } = {
  refused: "a refused submit, sent again",
  "poll-failed": "a poll without an answer, asked again",
  remaking: "a failed task, made again",
  hindered: "a failed download, tried again",
}

const killed: { readonly [state in State]?: string } = {
  queued: "a kill -9 before it was sent",
  submitting: "a kill -9 with its submit on the wire",
  undecided: "a kill -9 while its task was looked for",
  running: "a kill -9 while its task ran",
  fetching: "a kill -9 while its video was fetched",
}

const firstSentence = (text: string): string => text.split(/(?<=\.)\s+(?=[A-Z])/)[0] ?? ""
