/** Why a check could not be carried out at all. */
import { Schema } from "effect"

export class Problem extends Schema.TaggedError<Problem>()("Problem", { what: Schema.String }) {
  override get message(): string {
    return this.what
  }
}
