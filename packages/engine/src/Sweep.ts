/** How files go that nobody refers to any more: a port, since the core of the engine knows no disk. */
import { Context, type Effect } from "effect"

/** Asked when a generation is gone, about the files that it named. */
export class Sweep extends Context.Service<
  Sweep,
  {
    /**
     * The files of these hashes, if no generation refers to them. It may leave some for later: one
     * that was put there a moment ago may be about to be recorded.
     */
    readonly sweep: (hashes: ReadonlyArray<string>) => Effect.Effect<void>
  }
>()("@zoetrope/engine/Sweep") {}
