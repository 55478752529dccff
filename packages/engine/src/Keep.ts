/** How the runner has a video kept: a port, since the core of the engine knows no disk. */
import { Context, type Effect, Schema } from "effect"
import type { Output } from "@zoetrope/core/TaskState"
import type { Artifact, Generation } from "./Generation.ts"

/** The files are not on the disk yet; the video is still at the provider. */
export class NotKept extends Schema.TaggedError<NotKept>()("NotKept", {
  /** In plain words, without a link. */
  why: Schema.String,
  /** The link gives nothing any more: the provider is asked for a fresh one. */
  deadLink: Schema.Boolean,
  /** When it is worth trying again. */
  inMillis: Schema.Finite,
}) {
  override get message(): string {
    return this.why
  }
}

/** The files of videos. A generation is `done` only after `keep` has answered. */
export class Keep extends Context.Service<
  Keep,
  {
    /** Answers when every file is whole and on the disk. The same again does no harm. */
    readonly keep: (
      generation: Generation,
      outputs: readonly [Output, ...ReadonlyArray<Output>],
    ) => Effect.Effect<readonly [Artifact, ...ReadonlyArray<Artifact>], NotKept>
  }
>()("@zoetrope/engine/Keep") {}
