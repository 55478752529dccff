/** What `decide` needs besides the facts, and what it answers. */
import type { Artifact, Duration, Event, Generation, Task } from "./Generation.ts"

/** When and by chance of what it is decided. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number
  /** 0 to 1. */
  readonly random: number
  /** Fresh and random: of the write, and of the task row if one is made. */
  readonly stamp: string
}

/** A guarded write: recorded whole if the stored row still bears the stamp `from`, else not at all. */
export interface Change {
  readonly from: string
  readonly generation: Generation
  /** A row that is new or has changed; not always the newest. */
  readonly task?: Task
  readonly event?: Event
  readonly artifacts?: ReadonlyArray<Artifact>
  /** How long the row's task took; belongs to the generation's cohort. */
  readonly duration?: Duration
}

export type Decision =
  | { readonly _tag: "Write"; readonly change: Change }
  /** Nothing worth a write: only when to look again has changed, in memory. */
  | { readonly _tag: "Keep"; readonly dueAt: number | undefined }
  /** It does not apply to this generation as it is now; `why` is for a person. */
  | { readonly _tag: "Refuse"; readonly why: string }
