/**
 * Why something failed: one class per kind. Owns the kinds, their facts and their plain words;
 * what is done about each is `Verdict.ts`, and which wire code is which kind is each provider's `Codes.ts`.
 *
 * Every reason survives JSON, and `instanceof` knows it also where a program has two copies of this
 * package. None holds a secret, a request body or a signed link.
 */
import { Schema } from "effect"
import * as ErrorClass from "./ErrorClass.ts"

/**
 * Where a reason was met: sending a submit, asking about a task, as the task's own end, or at a call
 * that changes nothing of that.
 */
export const Operation = Schema.Literals(["submit", "poll", "task", "cancel", "find", "credits"])
export type Operation = typeof Operation.Type

/**
 * The document's own word on trying again (是否需要重试). `undocumented` is treated as `no` wherever
 * money is involved.
 */
export const Retryable = Schema.Literals(["yes", "no", "undocumented"])
export type Retryable = typeof Retryable.Type

/** One thing wrong with an input, as a form or a command line can show it. */
export const InputIssue = Schema.Struct({
  /** JSON Pointer into the input, `/prompt`; empty for the input as a whole. */
  path: Schema.String,
  message: Schema.String,
  /** What was given, shortened; never the bytes of a picture. */
  given: Schema.optionalKey(Schema.String),
  allowed: Schema.optionalKey(Schema.String),
  /** Address of the document that says so. */
  document: Schema.optionalKey(Schema.String),
})
export type InputIssue = typeof InputIssue.Type

const documented = {
  retryable: Retryable,
  /** What the code means, from the provider's table. */
  meaning: Schema.optionalKey(Schema.String),
  /** The document's own advice (建议), where it gives any. */
  advice: Schema.optionalKey(Schema.String),
  /** Milliseconds the provider asked to wait (Retry-After). */
  retryAfterMillis: Schema.optionalKey(Schema.Finite),
}

/** The input was refused here, before anything was sent. */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  issues: Schema.Array(InputIssue),
}) {
  override get message(): string {
    return this.issues
      .map((issue) => {
        const given = issue.given === undefined ? "" : ` (given: ${issue.given})`
        const allowed = issue.allowed === undefined ? "" : `; allowed: ${issue.allowed}`
        const document = issue.document === undefined ? "" : `; see ${issue.document}`
        const field = issue.path === "" ? "" : `${issue.path.slice(1)}: `
        return `${field}${issue.message}${given}${allowed}${document}`
      })
      .join("\n")
  }
}

/** Not one byte of the request left this machine. */
export class NothingSent extends Schema.TaggedError<NothingSent>()("NothingSent", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `the provider could not be reached, and nothing was sent: ${this.detail}`
  }
}

/**
 * A submit went out and its answer was lost or proves nothing. A task may be running and may be billed.
 * There is no task id; what is known instead is here.
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  account: Schema.String,
  model: Schema.String,
  /** When the submit was sent, ISO 8601 UTC. */
  at: Schema.String,
  /** SHA-256 of the input (`Digest.ofInput`), to recognise it by. */
  inputDigest: Schema.String,
  /** Our own mark of this one start, where the provider could be told it. */
  key: Schema.optionalKey(Schema.String),
  detail: Schema.String,
  /** Where a person can look whether the task exists. */
  look: Schema.String,
}) {
  override get message(): string {
    return (
      `undecided: the submit was sent at ${this.at} but its outcome is not known (${this.detail}). ` +
      `A task of ${this.model} may be running on account ${this.account} and may be billed. ` +
      `It is not sent again on a guess. ${this.look} Input digest ${this.inputDigest}.`
    )
  }
}

/** A call brought no usable answer: network, gateway, not JSON. It says nothing about the task. */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  detail: Schema.String,
  retryAfterMillis: Schema.optionalKey(Schema.Finite),
}) {
  override get message(): string {
    return `the provider gave no usable answer: ${this.detail}`
  }
}

const sentence = (what: string, meaning: string | undefined): string =>
  meaning === undefined ? what : `${what}: ${meaning}`

/** Too many calls per second. */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", documented) {
  override get message(): string {
    return sentence("too many calls per second for this account and model", this.meaning)
  }
}

/** Too many tasks in flight. */
export class ConcurrencyLimited extends Schema.TaggedError<ConcurrencyLimited>()(
  "ConcurrencyLimited",
  documented,
) {
  override get message(): string {
    return sentence("too many tasks in flight for this account and model", this.meaning)
  }
}

/** The provider's own internal error, by its own code. */
export class ProviderFault extends Schema.TaggedError<ProviderFault>()(
  "ProviderFault",
  documented,
) {
  override get message(): string {
    return sentence("the provider failed internally", this.meaning)
  }
}

/** The key, its secret, its token or the clock was refused. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", documented) {
  override get message(): string {
    return sentence("the credentials were refused", this.meaning)
  }
}

/** The credentials are good, but may not do this: service not activated, no policy. */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", documented) {
  override get message(): string {
    return sentence("this account may not use this service", this.meaning)
  }
}

/** The provider found the request wrong. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>()(
  "InvalidRequest",
  documented,
) {
  override get message(): string {
    return sentence("the provider refused the request", this.meaning)
  }
}

/** Stopped by the provider's content review. */
export class Moderated extends Schema.TaggedError<Moderated>()("Moderated", {
  ...documented,
  /** What was reviewed: what was given, or what was made. */
  stage: Schema.Literals(["input", "output"]),
}) {
  override get message(): string {
    return sentence(
      this.stage === "input"
        ? "content review stopped the input"
        : "content review stopped the result",
      this.meaning,
    )
  }
}

/** The task ended without a video, for a reason that is neither review nor an internal error. */
export class GenerationFailed extends Schema.TaggedError<GenerationFailed>()(
  "GenerationFailed",
  documented,
) {
  override get message(): string {
    return sentence("the task ended without a video", this.meaning)
  }
}

/** A code that no document of the provider names. Never repeated. */
export class UnknownCode extends Schema.TaggedError<UnknownCode>()("UnknownCode", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `the provider answered with a code that its documents do not name: ${this.detail}`
  }
}

/** An answer that does not prove there is no video: expired, not found, done without a link. */
export class Unproven extends Schema.TaggedError<Unproven>()("Unproven", {
  state: Schema.Literals(["expired", "not_found", "no_link"]),
  detail: Schema.String,
}) {
  override get message(): string {
    return (
      `${this.detail}. The video may exist and may have been billed, so the task is not made again by itself: ` +
      `look in the provider's console before you pay once more`
    )
  }
}

/** The task was cancelled at the provider. */
export class Cancelled extends Schema.TaggedError<Cancelled>()("Cancelled", {}) {
  override get message(): string {
    return "the task was cancelled at the provider"
  }
}

/** The provider would not cancel the task: it is worked on already, or has ended. */
export class CancelRefused extends Schema.TaggedError<CancelRefused>()("CancelRefused", {
  detail: Schema.String,
}) {
  override get message(): string {
    return `the provider did not cancel the task: ${this.detail}`
  }
}

/** A handle that belongs to another provider or another account. Nothing was sent. */
export class ForeignHandle extends Schema.TaggedError<ForeignHandle>()("ForeignHandle", {
  expected: Schema.String,
  given: Schema.String,
}) {
  override get message(): string {
    return (
      `this handle belongs to ${this.given}, but these credentials are ${this.expected}. ` +
      `Use the account that made the task; if its key was only replaced by a new one, adopt the handle first`
    )
  }
}

/** Our own deadline passed. The task goes on at the provider. */
export class StillRunning extends Schema.TaggedError<StillRunning>()("StillRunning", {
  waitedSeconds: Schema.Finite,
  /** States seen, in order, without repetitions. */
  seen: Schema.Array(Schema.String),
  /** The last failed poll, if the last poll failed. */
  lastError: Schema.optionalKey(Schema.String),
}) {
  override get message(): string {
    const seen = this.seen.length === 0 ? "nothing" : this.seen.join(", ")
    const last = this.lastError === undefined ? "" : `; the last poll failed: ${this.lastError}`
    return `still running after ${Math.round(this.waitedSeconds)} s (seen: ${seen})${last}. Nothing is lost: wait on with the handle`
  }
}

/** The caller gave up waiting. With a handle, the task goes on at the provider. */
export class Aborted extends Schema.TaggedError<Aborted>()("Aborted", {}) {
  override get message(): string {
    return "the wait was aborted"
  }
}

/** Every reason there is. */
export const Reason = Schema.Union([
  InvalidInput,
  NothingSent,
  OutcomeUnknown,
  Unavailable,
  RateLimited,
  ConcurrencyLimited,
  ProviderFault,
  Unauthorized,
  Forbidden,
  InvalidRequest,
  Moderated,
  GenerationFailed,
  UnknownCode,
  Unproven,
  Cancelled,
  CancelRefused,
  ForeignHandle,
  StillRunning,
  Aborted,
])
export type Reason = typeof Reason.Type

for (const Class of Reason.members) {
  ErrorClass.complete(Class, `@zoetrope/core/Reason/${Class.identifier}`)
}
