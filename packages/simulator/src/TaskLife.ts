/**
 * The life of one accepted task on the simulator's clock: queued, given its turn, generating, ended.
 * A task is not done before its files are, however fast the clock runs. Nothing here knows a
 * provider's words for any of it.
 */
import type { Agenda } from "./Agenda.ts"
import type { Clock } from "./Clock.ts"
import type { FilmFile } from "./Films.ts"
import type { Lanes, Turn } from "./Lanes.ts"
import type { Pace, Phase, TaskOrder } from "./Task.ts"

/** A phase as the ledger knows it: deaf to retention. */
export type Outcome = Exclude<Phase, { _tag: "Forgotten" }>

export interface TaskLife {
  readonly outcome: () => Outcome
  /** Ends a task whose turn has not come; false where it is too late. */
  readonly cancel: (code: string) => boolean
}

export interface TaskSurroundings {
  readonly agenda: Agenda
  readonly clock: Pick<Clock, "now">
  readonly lanes: Lanes
  readonly pace: Pace
  /** Position among all tasks accepted. */
  readonly order: number
  readonly acceptedAt: number
  /** The files, made or being made; absent for a task that will fail anyway. */
  readonly files: Promise<TaskFiles> | undefined
  /** Is told of every phase after the first. */
  readonly onPhase: (phase: Outcome) => void
}

export interface TaskFiles {
  readonly file: FilmFile
  readonly extras: Readonly<Record<string, FilmFile>>
}

type Stage =
  | { readonly _tag: "Waiting" }
  | { readonly _tag: "Scheduled" }
  | { readonly _tag: "Working"; readonly since: number; readonly until: number }
  | Extract<Phase, { _tag: "Succeeded" | "Failed" }>

export const liveTask = (
  { failure, lane, deadline }: Pick<TaskOrder, "failure" | "lane" | "deadline">,
  surroundings: TaskSurroundings,
): TaskLife => {
  const { agenda, clock, lanes, pace, acceptedAt, onPhase } = surroundings
  let stage: Stage = { _tag: "Waiting" }
  let made: TaskFiles | { readonly problem: string } | undefined

  const isOver = (): boolean => stage._tag === "Succeeded" || stage._tag === "Failed"

  const end = (ended: Extract<Stage, { at: number }>): void => {
    stage = ended
    if (lane !== undefined) lanes.leave(lane, turn, ended.at)
    onPhase(ended)
  }

  const fail = (at: number, code: string | undefined, problem?: string): void =>
    end({ _tag: "Failed", at, code, problem })

  const turn: Turn = {
    order: surroundings.order,
    begin: (moment) => {
      stage = { _tag: "Scheduled" }
      agenda.at(moment + (pace.scheduledSeconds ?? 0) * 1000, work)
    },
  }

  const work = (since: number): void => {
    if (stage._tag !== "Scheduled") return
    const until = since + pace.generatingSeconds * 1000
    stage = { _tag: "Working", since, until }
    agenda.at(until, finish)
    onPhase({ _tag: "Generating", progress: 0 })
  }

  /** Comes when the work's time is over and when the files are ready: the later of the two ends it. */
  const finish = (moment: number): void => {
    if (stage._tag !== "Working" || moment < stage.until) return
    if (failure !== undefined) fail(moment, failure)
    else if (made !== undefined && "problem" in made) fail(moment, undefined, made.problem)
    else if (made !== undefined) end({ _tag: "Succeeded", at: moment, ...made })
  }

  const keep = (result: NonNullable<typeof made>): void => {
    made = result
    agenda.at(clock.now(), finish)
  }
  surroundings.files?.then(keep, (cause: unknown) =>
    keep({ problem: cause instanceof Error ? cause.message : String(cause) }),
  )

  agenda.at(acceptedAt + pace.queuedSeconds * 1000, (moment) => {
    if (stage._tag !== "Waiting") return
    if (lane === undefined) turn.begin(moment)
    else lanes.enter(lane, turn, moment)
  })
  if (deadline !== undefined) {
    agenda.at(acceptedAt + deadline.seconds * 1000, (moment) => {
      if (!isOver()) fail(moment, deadline.code)
    })
  }

  return {
    outcome: () => {
      agenda.run()
      switch (stage._tag) {
        case "Waiting":
        case "Scheduled":
          return { _tag: "Queued", scheduled: stage._tag === "Scheduled" }
        case "Working": {
          const { since, until } = stage
          const passed = (clock.now() - since) / Math.max(1, until - since)
          return { _tag: "Generating", progress: Math.min(0.99, Math.max(0, passed)) }
        }
        default:
          return stage
      }
    },
    cancel: (code) => {
      agenda.run()
      if (stage._tag !== "Waiting") return false
      fail(clock.now(), code)
      return true
    },
  }
}
