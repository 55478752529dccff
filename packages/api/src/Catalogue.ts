/** What can be asked for, and of whom: models and accounts. Holds no secret. */
import { Schema } from "effect"

const Text = Schema.Struct({ en: Schema.String, zh: Schema.String }).annotate({
  identifier: "Text",
})

const MediaRule = Schema.Struct({
  kind: Schema.Literals(["image", "video", "audio"]),
  forms: Schema.Array(Schema.Literals(["url", "bytes"])),
  maxBytes: Schema.optionalKey(Schema.Finite),
}).annotate({ identifier: "MediaRule" })

/** One field of a model's input, for a form: what it is called, in which unit, and what may stand in it. */
export const Field = Schema.Struct({
  name: Schema.String,
  required: Schema.Boolean,
  type: Schema.Literals(["string", "integer", "number", "boolean", "choice", "object"]),
  choices: Schema.Array(Schema.Union([Schema.String, Schema.Finite])),
  title: Text,
  description: Text,
  unit: Schema.optionalKey(Schema.String),
  default: Schema.optionalKey(Schema.Json),
  examples: Schema.Array(Schema.Json),
  media: Schema.optionalKey(MediaRule),
}).annotate({ identifier: "Field" })

/** What can be asked for. Times are in seconds. */
export const Model = Schema.Struct({
  id: Schema.String,
  alias: Schema.String.annotate({ description: "The vendor's own name, taken as well" }),
  provider: Schema.String,
  title: Text,
  summary: Text,
  kind: Schema.String,
  accounts: Schema.Array(Schema.String).annotate({
    description: "Names of the accounts that have it; the first is the default",
  }),
  capabilities: Schema.Struct({
    cancel: Schema.Boolean.annotate({ description: "A task can be taken back" }),
    find: Schema.Boolean.annotate({
      description: "A task whose answer was lost can be looked up",
    }),
    callbacks: Schema.Boolean.annotate({ description: "The provider reports changes itself" }),
  }),
  limits: Schema.Struct({ inFlight: Schema.Finite, callsPerSecond: Schema.Finite }),
  timing: Schema.Struct({
    usual: Schema.Finite,
    longest: Schema.Finite,
    retention: Schema.Finite,
    link: Schema.Finite,
  }).annotate({ description: "In seconds" }),
  documents: Schema.Array(
    Schema.Struct({ title: Schema.String, url: Schema.String, updated: Schema.String }),
  ),
  fields: Schema.Array(Field),
  schema: Schema.Record(Schema.String, Schema.Json).annotate({
    description: "JSON Schema (draft 2020-12) of the input",
  }),
}).annotate({ identifier: "Model" })
export type Model = typeof Model.Type

/** Who pays. `key` is a fingerprint, and no secret. */
export const Account = Schema.Struct({
  provider: Schema.String,
  account: Schema.String,
  key: Schema.String.annotate({ description: "Fingerprint of its key id" }),
  models: Schema.Array(Schema.String),
}).annotate({ identifier: "Account" })
