/** What the engine refuses, in words for the person who asked. */
import { Schema } from "effect"

/** No account here has such a model. */
export class UnknownModel extends Schema.TaggedError<UnknownModel>()("UnknownModel", {
  model: Schema.String,
  /** The account that was named, if one was. */
  account: Schema.optionalKey(Schema.String),
  known: Schema.Array(Schema.String),
}) {
  override get message(): string {
    const where = this.account === undefined ? "" : ` of an account "${this.account}"`
    return `there is no model "${this.model}"${where}; there is: ${this.known.join(", ")}. Nothing was recorded and nothing was paid.`
  }
}

/** The key was used before, for something else. */
export class KeyReused extends Schema.TaggedError<KeyReused>()("KeyReused", {
  key: Schema.String,
  /** The generation that has it. */
  id: Schema.String,
}) {
  override get message(): string {
    return `the idempotency key "${this.key}" belongs to generation ${this.id}, which asks for something else. Use a new key for a new video. Nothing was recorded and nothing was paid.`
  }
}

/** No generation has this id, or more than one begins with it. */
export class UnknownGeneration extends Schema.TaggedError<UnknownGeneration>()(
  "UnknownGeneration",
  {
    id: Schema.String,
    /** Some of those whose ids begin so. */
    like: Schema.Array(Schema.String),
  },
) {
  override get message(): string {
    return this.like.length === 0
      ? `there is no generation "${this.id}"`
      : `more than one generation begins with "${this.id}": ${this.like.join(", ")}, …`
  }
}

/** It cannot be done to this generation as it is now. */
export class NotNow extends Schema.TaggedError<NotNow>()("NotNow", {
  id: Schema.String,
  state: Schema.String,
  why: Schema.String,
}) {
  override get message(): string {
    return `generation ${this.id}: ${this.why}`
  }
}
