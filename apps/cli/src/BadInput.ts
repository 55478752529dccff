/** What was given cannot be used: arguments, files, configuration. Nothing was sent, written or paid. */
import { Data } from "effect"
import { en, type Say } from "./words/Words.ts"

export class BadInput extends Data.TaggedError("BadInput")<{
  readonly say: Say
  /** What to do, each a sentence or a command to run. */
  readonly next?: ReadonlyArray<Say>
}> {
  /** For programs. */
  override get message(): string {
    return this.say(en)
  }
}
