/**
 * The port to what is kept: loading, and guarded writes that can be sent again. Owns the words, no
 * database; `drivers/` has the implementations, and one suite of tests holds them all to this.
 */
import { Context, type Effect, Schema } from "effect"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Change } from "./Decision.ts"
import type {
  Artifact,
  Duration,
  Event,
  Generation,
  InputFile,
  LoggedEvent,
  Task,
} from "./Generation.ts"

/** The store did not answer as it should. Whether the writes were recorded is not known: flush them again. */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  operation: Schema.Literals(["read", "flush", "open"]),
  detail: Schema.String,
}) {
  override get message(): string {
    return `the store failed to ${this.operation}: ${this.detail}`
  }
}

export type Write =
  | {
      readonly _tag: "Insert"
      readonly generation: Generation
      /** Checked against its model, and plain JSON: files are named by their hash. */
      readonly input: Schema.Json
      readonly files?: ReadonlyArray<InputFile>
      /** The caller's own; within one owner at most one generation has it. */
      readonly key?: string
      readonly event: Event
    }
  | { readonly _tag: "Change"; readonly change: Change }
  /** Forgets a generation with everything that belongs to it, if its row still bears the stamp. */
  | { readonly _tag: "Remove"; readonly id: string; readonly from: string }

/** Whose row it is. */
export const idOf = (write: Write): string =>
  write._tag === "Insert"
    ? write.generation.id
    : write._tag === "Change"
      ? write.change.generation.id
      : write.id

/**
 * - `written`: recorded, by this flush or by an earlier one with the same stamp. Of a removal: it is gone.
 * - `stale`: nothing of it was recorded: the row bears another stamp, or the key belongs to another.
 */
export type Outcome = "written" | "stale"

export interface Filter {
  readonly states?: ReadonlyArray<Generation["state"]> | undefined
  readonly models?: ReadonlyArray<string> | undefined
  readonly owner?: string | undefined
  /** Only those that come after this one in the list: for the next page. */
  readonly after?: Pick<Generation, "createdAt" | "id"> | undefined
  /** Default: the newest first. */
  readonly order?: "newest" | "oldest" | undefined
  /** Default 100. */
  readonly limit?: number | undefined
}

/** What changed, by anybody, since a revision. */
export interface Changed {
  /** To ask with the next time. */
  readonly revision: number
  /** Removed ones are not among them. */
  readonly rows: ReadonlyArray<{ readonly id: string; readonly version: number }>
}

export interface Stats {
  readonly states: Readonly<Partial<Record<Generation["state"], number>>>
  /** Submits that were marked as sent, and how many of them became a task. */
  readonly submits: number
  readonly tasks: number
  readonly artifacts: { readonly files: number; readonly bytes: number }
}

/** What an implementation must do, whatever the database: one suite is run against each of them. */
export class Store extends Context.Service<
  Store,
  {
    /** Whatever of an account has not ended, oldest first. */
    readonly live: (
      account: Pick<Generation, "provider" | "accountKey">,
    ) => Effect.Effect<ReadonlyArray<Generation>, StoreError>
    /** The newest first, 100 of them, unless the filter says otherwise. */
    readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Generation>, StoreError>
    /** By its whole id. */
    readonly get: (id: string) => Effect.Effect<Generation | undefined, StoreError>
    /** Ids that begin with this, at most `limit`. */
    readonly idsLike: (
      prefix: string,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** The one that was asked for with this idempotency key. */
    readonly byKey: (
      owner: string,
      key: string,
    ) => Effect.Effect<Generation | undefined, StoreError>
    /** The one that follows this task, or has followed it. */
    readonly byTask: (
      ref: Pick<TaskRef, "provider" | "taskId">,
    ) => Effect.Effect<Generation | undefined, StoreError>
    /** With each file as its hash; see `Inputs`. `null` where a task was taken over by its handle. */
    readonly input: (id: string) => Effect.Effect<Schema.Json | undefined, StoreError>
    /** Those that its input refers to. */
    readonly files: (id: string) => Effect.Effect<ReadonlyArray<InputFile>, StoreError>
    /** All rows, oldest first. */
    readonly tasks: (id: string) => Effect.Effect<ReadonlyArray<Task>, StoreError>
    /** Oldest first; those after a version, or all. */
    readonly events: (
      id: string,
      afterVersion?: number,
    ) => Effect.Effect<ReadonlyArray<Event>, StoreError>
    /** Events of all generations, oldest first, after a place in the log. */
    readonly log: (
      afterSeq: number,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<LoggedEvent>, StoreError>
    /** Those that are kept of its video. */
    readonly artifacts: (id: string) => Effect.Effect<ReadonlyArray<Artifact>, StoreError>
    /** Cheap where nothing has changed. Of this process's own writes it may tell, or may not. */
    readonly changed: (afterRevision: number) => Effect.Effect<Changed, StoreError>
    /** The newest durations of a cohort, newest first, at most 128. */
    readonly durations: (cohort: string) => Effect.Effect<ReadonlyArray<Duration>, StoreError>
    /** Which of these hashes no generation refers to, neither as input nor as artifact. */
    readonly unreferenced: (
      hashes: ReadonlyArray<string>,
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    readonly stats: Effect.Effect<Stats, StoreError>
    /**
     * One transaction, on the disk when it is answered; one outcome for each write, in order. At most
     * one write for a generation in one flush. The same flush again records nothing twice.
     */
    readonly flush: (
      writes: ReadonlyArray<Write>,
    ) => Effect.Effect<ReadonlyArray<Outcome>, StoreError>
  }
>()("@zoetrope/engine/Store") {}
