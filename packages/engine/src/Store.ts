/**
 * The port to what is kept: loading, and guarded writes that can be sent again. Owns the words, no
 * database; `drivers/` has the implementations, and one suite of tests holds them all to this.
 */
import { Context, type Effect, Schema } from "effect"
import type { Change } from "./Decision.ts"
import type { Artifact, Event, Generation, Task } from "./Generation.ts"

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
      /** The caller's own; at most one generation has it. */
      readonly key?: string
      readonly event: Event
    }
  | { readonly _tag: "Change"; readonly change: Change }

/**
 * - `written`: recorded, by this flush or by an earlier one with the same stamp.
 * - `stale`: nothing of it was recorded: the row bears another stamp, or the key belongs to another.
 */
export type Outcome = "written" | "stale"

export interface Filter {
  readonly states?: ReadonlyArray<Generation["state"]> | undefined
  /** Newest first. Default 100. */
  readonly limit?: number | undefined
}

export class Store extends Context.Service<
  Store,
  {
    /** Whatever has not ended, oldest first. */
    readonly live: Effect.Effect<ReadonlyArray<Generation>, StoreError>
    readonly list: (filter: Filter) => Effect.Effect<ReadonlyArray<Generation>, StoreError>
    readonly get: (id: string) => Effect.Effect<Generation | undefined, StoreError>
    readonly byKey: (key: string) => Effect.Effect<Generation | undefined, StoreError>
    readonly input: (id: string) => Effect.Effect<Schema.Json | undefined, StoreError>
    /** All rows, oldest first. */
    readonly tasks: (id: string) => Effect.Effect<ReadonlyArray<Task>, StoreError>
    /** Oldest first; those after a version, or all. */
    readonly events: (
      id: string,
      afterVersion?: number,
    ) => Effect.Effect<ReadonlyArray<Event>, StoreError>
    readonly artifacts: (id: string) => Effect.Effect<ReadonlyArray<Artifact>, StoreError>
    /**
     * One transaction, on the disk when it is answered; one outcome for each write, in order. At most
     * one write for a generation in one flush. The same flush again records nothing twice.
     */
    readonly flush: (
      writes: ReadonlyArray<Write>,
    ) => Effect.Effect<ReadonlyArray<Outcome>, StoreError>
  }
>()("@zoetrope/engine/Store") {}
