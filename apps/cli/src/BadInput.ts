/** What was given cannot be used: arguments, files, configuration. Nothing was sent, written or paid. */
import { Data } from "effect"

export class BadInput extends Data.TaggedError("BadInput")<{
  readonly message: string
  /** What to do, each line a sentence or a command to run. */
  readonly next?: ReadonlyArray<string>
}> {}
