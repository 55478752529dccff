/** What all that is recorded adds up to. */
import { type Duration, State } from "@zoetrope/engine/Generation"
import { Effect } from "effect"
import stringWidth from "fast-string-width"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import type { Style } from "../terminal/Output.ts"
import type { Session } from "../setup/Session.ts"
import { pad, roughly, size } from "../terminal/Text.ts"

export interface Figures {
  readonly directory: string
  readonly states: Readonly<Partial<Record<State, number>>>
  /** Submits that were marked as sent, and how many of them became a task. */
  readonly submits: number
  readonly tasks: number
  readonly artifacts: { readonly files: number; readonly bytes: number }
  /** Of tasks that ended lately; in seconds. */
  readonly durations: ReadonlyArray<{
    readonly model: string
    readonly tasks: number
    readonly median: number
  }>
}

export const none = ({ path }: DataDirectory): Figures => ({
  directory: path,
  states: {},
  submits: 0,
  tasks: 0,
  artifacts: { files: 0, bytes: 0 },
  durations: [],
})

/** Generations that are looked at for the models in use. */
const lookedAt = 1000

export const of = Effect.fn("Figures.of")(function* ({ directory, engine, store }: Session) {
  const stats = yield* engine.stats
  // How long tasks took is what a server has learnt, and keeps to itself.
  const recent = store === undefined ? [] : yield* engine.list({ limit: lookedAt })
  const cohorts = new Map(recent.map(({ cohort, model }) => [cohort, model]))
  const byModel = new Map<string, Array<Duration>>()
  for (const [cohort, model] of cohorts) {
    byModel.set(model, [
      ...(byModel.get(model) ?? []),
      ...(yield* store?.durations(cohort) ?? Effect.succeed([])),
    ])
  }
  const durations = [...byModel]
    .filter(([, all]) => all.length > 0)
    .map(([model, all]) => ({ model, tasks: all.length, median: medianOf(all) }))
    .toSorted((a, b) => (a.model < b.model ? -1 : 1))
  const figures: Figures = { directory: directory.path, ...stats, durations }
  return figures
})

/** Each end was seen at a poll: it lies between two of them. */
const medianOf = (durations: ReadonlyArray<Duration>): number => {
  const sorted = durations.map(({ over, under }) => (over + under) / 2).toSorted((a, b) => a - b)
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? 0) * 10) / 10
}

export const text = (figures: Figures, { paint, words }: Style): string => {
  const { artifacts, durations, states, submits, tasks } = figures
  const rows: ReadonlyArray<readonly [string, string]> = [
    ...State.literals.flatMap((state) =>
      states[state] === undefined
        ? []
        : [[words.standing.states[state], String(states[state])] as const],
    ),
    [words.figures.submits, words.figures.sent(submits, tasks)],
    [words.figures.videos, words.figures.files(artifacts.files, size(artifacts.bytes))],
    ...durations.map(
      (one) => [one.model, words.figures.durations(one.tasks, roughly(one.median, words))] as const,
    ),
    [words.figures.directory, figures.directory],
  ]
  const width = Math.max(...rows.map(([name]) => stringWidth(name)))
  return rows.map(([name, value]) => `${paint("dim", pad(name, width))}  ${value}`).join("\n")
}
