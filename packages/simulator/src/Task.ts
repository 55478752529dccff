/** What a task is: the order that a dialect accepts, and the phases through which it goes. */
import type { Film, FilmFile, Still } from "./Films.ts"
import type { Lane } from "./Lanes.ts"

/** How long a task takes, in simulated seconds. */
export interface Pace {
  /** Before it may be worked on, whether or not there is room for it. */
  readonly queuedSeconds: number
  /** Between its turn and the work: it still shows as queued, and can be taken back no more. Default 0. */
  readonly scheduledSeconds?: number | undefined
  readonly generatingSeconds: number
}

export interface TaskOrder {
  /** The provider's id for it; no two tasks of one simulator may share one. */
  readonly id: string
  readonly model: string
  readonly account: string
  /** Whose limits it counts against, where several accounts share them; default the account. */
  readonly limitGroup?: string
  /** SHA-256 of what was asked for, hex. */
  readonly inputDigest: string
  /** Seconds of video that are billed if the task succeeds. */
  readonly seconds: number
  /** Credits that are billed if it succeeds, for providers that count in them. */
  readonly credits?: number
  readonly film: Film
  /** Files made beside the film, by their names in links: `cover.jpeg`. */
  readonly extras?: Readonly<Record<string, Film | Still>>
  /** The provider's code with which the task will fail; absent for one that will succeed. */
  readonly failure?: string | undefined
  /** In place of the model's pace. */
  readonly pace?: Partial<Pace>
  /** Where it waits for its turn; absent where tasks do not wait for each other. */
  readonly lane?: Lane
  /** Ends the task with this code when it is not over so many seconds after its acceptance. */
  readonly deadline?: { readonly seconds: number; readonly code: string }
  /** Is told of every phase after the first when it begins. Must not throw. */
  readonly watch?: (task: Task, phase: Phase) => void
  /** What a reader of the ledger should know, such as a foreign address that was not fetched. */
  readonly notes?: ReadonlyArray<string>
}

export interface Task extends Omit<
  TaskOrder,
  "film" | "extras" | "notes" | "pace" | "lane" | "deadline" | "watch"
> {
  /** The name of the dialect that accepted it. */
  readonly provider: string
  readonly notes: ReadonlyArray<string>
  /** Simulated time in milliseconds. */
  readonly acceptedAt: number
  /** As it is at this moment of simulated time. */
  readonly phase: () => Phase
}

export type Phase =
  /** `scheduled`: its turn has come, and it can be taken back no more. */
  | { readonly _tag: "Queued"; readonly scheduled: boolean }
  /** `progress` is from 0 to 1. */
  | { readonly _tag: "Generating"; readonly progress: number }
  | {
      readonly _tag: "Succeeded"
      readonly at: number
      readonly file: FilmFile
      /** By name, as they were ordered. */
      readonly extras: Readonly<Record<string, FilmFile>>
    }
  | {
      readonly _tag: "Failed"
      readonly at: number
      /** The provider's code; absent where the simulator itself could not make the film. */
      readonly code: string | undefined
      /** Why the simulator could not. */
      readonly problem: string | undefined
    }
  /** Older than the retention. The ledger goes on knowing how it ended. */
  | { readonly _tag: "Forgotten" }
