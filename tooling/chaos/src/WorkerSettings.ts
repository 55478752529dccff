/** What the parent tells a worker on its standard input, in one line: keys belong in no argument list. */
import { Schema } from "effect"

export const WorkerSettings = Schema.Struct({
  seed: Schema.Int,
  /** The data directory that all workers share. */
  directory: Schema.String,
  /** Base address of both providers. */
  url: Schema.String,
  /** By account name: the key pair of both providers. */
  accounts: Schema.Record(
    Schema.String,
    Schema.Struct({ id: Schema.String, secret: Schema.String }),
  ),
  /** A picture on this disk. */
  picture: Schema.String,
  urls: Schema.Struct({ image: Schema.String, video: Schema.String, audio: Schema.String }),
  /** Numbers of the generations that it asks for, from the first up to before the last. */
  from: Schema.Int,
  until: Schema.Int,
})
export type WorkerSettings = typeof WorkerSettings.Type

export const fromLine = Schema.decodeUnknownSync(Schema.fromJsonString(WorkerSettings))
