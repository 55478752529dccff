/**
 * A generation as the API shows it: how it stands, its history, its files. Owns the words on the wire;
 * holds no path of the server's disk, no secret and no link of a provider.
 */
import { Operation, Retryable } from "@zoetrope/core/Reason"
import { Schema } from "effect"

/** ISO 8601 in UTC. */
export const Time = Schema.String.annotate({ format: "date-time" })

/** `done`, `failed` and `cancelled` are ends. `undecided` waits for a person: a task may exist and be billed. */
export const State = Schema.Literals([
  "queued",
  "submitting",
  "running",
  "fetching",
  "done",
  "undecided",
  "failed",
  "cancelled",
]).annotate({
  identifier: "State",
  description:
    "`queued`: accepted here, nothing is paid yet. `submitting`: sent, its answer is not recorded yet. `running`: a task exists at the provider. `fetching`: the video exists and is being kept. `undecided`: a task may exist and may be paid; it is never sent again on a guess, and a late answer, a look-up or a person settles it. `done`, `failed`, `cancelled`: ends, which nothing leaves.",
})
export type State = typeof State.Type

/** Of a task, in percent. */
export const Progress = Schema.Finite.annotate({
  description: "0 to 100, where the provider tells",
})

/** What a provider objected to. */
export const Failure = Schema.Struct({
  /** Kind of the reason, such as `Moderated` or `OutcomeUnknown`. */
  reason: Schema.String,
  message: Schema.String.annotate({
    description: "What happened, what it cost and what to do next",
  }),
  operation: Operation,
  verdict: Schema.Literals(["repeat", "remake", "wait", "ask", "stop"]).annotate({
    description: "What is done about it: `ask` means that a person is asked",
  }),
  code: Schema.optionalKey(Schema.String.annotate({ description: "The provider's own code" })),
  requestId: Schema.optionalKey(
    Schema.String.annotate({
      description: "The provider's own id of the call; its support asks for it",
    }),
  ),
  providerMessage: Schema.optionalKey(Schema.String),
  retryable: Schema.optionalKey(Retryable),
  advice: Schema.optionalKey(Schema.String),
  details: Schema.Record(Schema.String, Schema.Json).annotate({
    description:
      "The facts of this kind of reason: of `OutcomeUnknown`, say, when it was sent, the digest of its input, and where to look",
  }),
}).annotate({ identifier: "Failure" })
export type Failure = typeof Failure.Type

/** One task at the provider, paid once. A generation has one, or more where one failed and was made again. */
export const Task = Schema.Struct({
  number: Schema.Int.annotate({ description: "From 1, within its generation" }),
  state: Schema.Literals([
    "submitting",
    "refused",
    "undecided",
    "running",
    "succeeded",
    "failed",
    "cancelled",
  ]),
  sentAt: Time,
  taskId: Schema.optionalKey(Schema.String.annotate({ description: "The provider's own" })),
  handle: Schema.optionalKey(
    Schema.String.annotate({
      description: "With it any program with the same account can go on with the task",
    }),
  ),
}).annotate({
  identifier: "Task",
  description: "One submit, which was sent at most once, and the task that came of it",
})
export type Task = typeof Task.Type

const fields = {
  id: Schema.String,
  version: Schema.Int.annotate({
    description: "How often it has changed: of two views of it, the newer one has the higher",
  }),
  state: State,
  model: Schema.String,
  provider: Schema.String,
  account: Schema.String.annotate({ description: "Name of the account that pays" }),
  owner: Schema.String.annotate({
    description: "Whose it is; empty for what was asked for on the server's own machine",
  }),
  createdAt: Time,
  updatedAt: Time,
  dueAt: Schema.optionalKey(
    Schema.String.annotate({
      format: "date-time",
      description: "When the server does something about it next; absent where it waits for others",
    }),
  ),
  remakes: Schema.Int.annotate({
    description:
      "How many more tasks may be made, and paid, after failures that their document calls retryable",
  }),
  cancel: Schema.Literals(["no", "asked", "accepted"]).annotate({
    description: "A wish to cancel, and whether the provider took it",
  }),
  progress: Schema.optionalKey(Progress),
  error: Schema.optionalKey(Failure),
  hindrance: Schema.optionalKey(
    Schema.String.annotate({
      description: "What stands in the way on the server, such as a full disk",
    }),
  ),
  task: Schema.optionalKey(Task),
  content: Schema.optionalKey(
    Schema.String.annotate({ description: "Path of the video, once it is kept" }),
  ),
}

/** What was asked for, and how it stands. */
export const Generation = Schema.Struct(fields).annotate({ identifier: "Generation" })
export type Generation = typeof Generation.Type

/** The answer to a create. */
export const Accepted = Schema.Struct({
  ...fields,
  warnings: Schema.Array(Schema.String).annotate({
    description: "What is worth a word about the input, and did not stop it",
  }),
}).annotate({ identifier: "Accepted" })
export type Accepted = typeof Accepted.Type

/** What a line of the history is about; its `message` says it in words. */
export const EventKind = Schema.Literals([
  "accepted",
  "submitting",
  "submitted",
  "refused",
  "undecided",
  "settled",
  "remaking",
  "poll-failed",
  "fetching",
  "hindered",
  "done",
  "failed",
  "cancel-asked",
  "cancel-refused",
  "cancel-accepted",
  "cancelled",
  "late-answer",
])

/** One line of a generation's history, in plain words. */
export const Event = Schema.Struct({
  generation: Schema.String,
  version: Schema.Int.annotate({ description: "Orders the events of one generation" }),
  at: Time,
  kind: EventKind,
  message: Schema.String,
}).annotate({ identifier: "Event", description: "One line of a generation's history" })
export type Event = typeof Event.Type

/** A file that is kept whole: its hash, its size, and what is known of the picture. */
export const Artifact = Schema.Struct({
  kind: Schema.Literals(["video", "watermarked", "cover"]),
  sha256: Schema.String,
  bytes: Schema.Finite,
  mediaType: Schema.optionalKey(Schema.String),
  width: Schema.optionalKey(Schema.Finite),
  height: Schema.optionalKey(Schema.Finite),
  seconds: Schema.optionalKey(Schema.Finite),
  codec: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "Artifact", description: "A file that is kept whole" })
export type Artifact = typeof Artifact.Type

/** A file of the input, under the field that it was given for. */
export const InputFile = Schema.Struct({
  field: Schema.String,
  sha256: Schema.String,
  bytes: Schema.Finite,
}).annotate({ identifier: "InputFile" })

/** Everything that is recorded of one generation. */
export const Record = Schema.Struct({
  ...fields,
  input: Schema.Json.annotate({
    description:
      "As it was asked for; files stand as their SHA-256. `null` where a task was taken over by its handle",
  }),
  files: Schema.Array(InputFile),
  tasks: Schema.Array(Task),
  events: Schema.Array(Event),
  artifacts: Schema.Array(Artifact),
}).annotate({ identifier: "Record" })
export type Record = typeof Record.Type

/** At most `pageSize.most` of `Api`, newest first. */
export const Page = Schema.Struct({
  generations: Schema.Array(Generation),
  next: Schema.NullOr(Schema.String).annotate({
    description: "To send as `after` for the next page; null on the last one",
  }),
}).annotate({ identifier: "Page", description: "Newest first" })

/** What a create asks for. */
export const Create = Schema.Struct({
  model: Schema.String.annotate({
    description: "Its id, or the vendor's own name for it",
    examples: ["vidu/img2video"],
  }).check(Schema.isBetweenLength(1, 200)),
  input: Schema.Record(Schema.String, Schema.Unknown).annotate({
    description:
      "The model's own fields: see its JSON Schema. A file is an address, a `data:` URI, or a part of a multipart request",
  }),
  account: Schema.optionalKey(
    Schema.String.annotate({
      description: "Name of the account that pays. Default: the first that has the model",
    }).check(Schema.isBetweenLength(1, 200)),
  ),
  remakes: Schema.optionalKey(
    Schema.Number.annotate({
      description:
        "How many more tasks may be made, and paid, after failures that their document calls retryable. Default 1",
    }).check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: 10 })),
  ),
}).annotate({ identifier: "Create" })
export type Create = typeof Create.Type

/** A task that was submitted elsewhere. */
export const Adopt = Schema.Struct({
  handle: Schema.String.annotate({
    description: "The handle of the task: the word that begins with `zt1.`",
  }).check(Schema.isBetweenLength(1, 8192)),
}).annotate({ identifier: "Adopt" })

/** What a person knows of an undecided one. */
export const Settle = Schema.Union([
  Schema.Struct({ how: Schema.Literal("again") }).annotate({
    description: "Make it again, at the risk of paying twice",
  }),
  Schema.Struct({
    how: Schema.Literal("found"),
    handle: Schema.String.annotate({ description: "Of its task" }).check(
      Schema.isBetweenLength(1, 8192),
    ),
  }).annotate({ description: "Its task was found" }),
  Schema.Struct({ how: Schema.Literal("give-up") }).annotate({ description: "Leave it" }),
]).annotate({ identifier: "Settle" })
export type Settle = typeof Settle.Type
