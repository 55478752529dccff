/** What a run left behind, as plain data: what each side says of it. Judged by `verdict`. */
import type { Artifact, Event, Generation, InputFile, Task } from "@zoetrope/engine/Generation"
import type { LedgerTask } from "@zoetrope/simulator"
import type { Post } from "./Witness.ts"

/** A generation as the database has it. */
export interface Recorded {
  /** Idempotency key. */
  readonly key: string
  readonly generation: Generation
  readonly tasks: ReadonlyArray<Task>
  readonly events: ReadonlyArray<Event>
  readonly artifacts: ReadonlyArray<Artifact>
  readonly files: ReadonlyArray<InputFile>
}

/** A worker lived before `from` and no more after `to`, in milliseconds since 1970. */
export interface Kill {
  readonly from: number
  readonly to: number
}

export interface Evidence {
  /** The keys that were asked for, each with how the provider was to end it. */
  readonly asked: ReadonlyMap<string, "video" | "failure">
  readonly recorded: ReadonlyArray<Recorded>
  /** Generations in the database, whoever asked for them. */
  readonly total: number
  /** The submits that reached the providers, in order. */
  readonly posts: ReadonlyArray<Post>
  /** What the providers accepted. */
  readonly ledger: ReadonlyArray<
    Pick<LedgerTask, "id" | "state" | "answer"> & { readonly sha256?: string }
  >
  readonly kills: ReadonlyArray<Kill>
  /** SHA-256 of each file on the disk that the database names, by its path. */
  readonly files: ReadonlyMap<string, string>
  /** Names under `incoming/`: generations whose video was begun. */
  readonly incoming: ReadonlyArray<string>
  /** What SQLite finds wrong with the database. */
  readonly damage: ReadonlyArray<string>
}
