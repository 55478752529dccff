/**
 * Why a video could not be kept: one class per kind, and one error around them. By the time this can
 * happen the video is paid for, so each message says where it is now and how to get it.
 *
 * Links appear without their query, which holds a signature.
 */
import * as ErrorClass from "@zoetrope/core/ErrorClass"
import { Schema } from "effect"

const beforeItExpires = "get it again before the link dies"

/** The link, or a redirect, points where a download may not go. Nothing was asked of that place. */
export class LinkRefused extends Schema.TaggedError<LinkRefused>()("LinkRefused", {
  link: Schema.String,
  why: Schema.String,
}) {
  get isRetryable(): boolean {
    return false
  }
  override get message(): string {
    return `the link was not followed: ${this.why} (${this.link})`
  }
  get next(): string {
    return "repair that, or fetch it by other means if you trust the link"
  }
}

/** The server says that this link gives nothing any more. */
export class LinkDead extends Schema.TaggedError<LinkDead>()("LinkDead", {
  link: Schema.String,
  status: Schema.Finite,
}) {
  get isRetryable(): boolean {
    return false
  }
  override get message(): string {
    return `the link is dead: HTTP ${this.status} (${this.link})`
  }
  get next(): string {
    return "poll the task again for a fresh link"
  }
}

/** Cut, refused or silent, again and again. */
export class DownloadFailed extends Schema.TaggedError<DownloadFailed>()("DownloadFailed", {
  link: Schema.String,
  /** Bytes that had arrived, and how many there are, where the server said so. */
  received: Schema.Finite,
  total: Schema.optionalKey(Schema.Finite),
  /** Attempts in a row that brought nothing new. */
  attempts: Schema.Finite,
  /** What went wrong last. */
  detail: Schema.String,
}) {
  get isRetryable(): boolean {
    return true
  }
  override get message(): string {
    const of = this.total === undefined ? "" : ` of ${this.total}`
    return (
      `the download stopped at ${this.received}${of} bytes and ${this.attempts} attempts brought ` +
      `nothing new; the last: ${this.detail} (${this.link})`
    )
  }
  get next(): string {
    return beforeItExpires
  }
}

/** There is a file of that name already, and it is never overwritten. */
export class NameTaken extends Schema.TaggedError<NameTaken>()("NameTaken", {
  path: Schema.String,
}) {
  get isRetryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.path} exists already and is not overwritten`
  }
  get next(): string {
    return `choose another name and ${beforeItExpires}`
  }
}

/** No space left, or no quota. What had arrived was removed again. */
export class DiskFull extends Schema.TaggedError<DiskFull>()("DiskFull", {
  path: Schema.String,
  received: Schema.Finite,
}) {
  get isRetryable(): boolean {
    return false
  }
  override get message(): string {
    return `no space left for ${this.path} after ${this.received} bytes`
  }
  get next(): string {
    return `free some space and ${beforeItExpires}`
  }
}

/** The file could not be made or written. */
export class NotWritable extends Schema.TaggedError<NotWritable>()("NotWritable", {
  path: Schema.String,
  /** The operating system's, such as `EACCES` or `EROFS`. */
  code: Schema.String,
}) {
  get isRetryable(): boolean {
    return false
  }
  override get message(): string {
    return `${this.path} cannot be written (${this.code})`
  }
  get next(): string {
    return `choose another place or repair this one, and ${beforeItExpires}`
  }
}

/** Why there is no file. Told apart by `_tag`. */
export const ArtifactReason = Schema.Union([
  LinkRefused,
  LinkDead,
  DownloadFailed,
  NameTaken,
  DiskFull,
  NotWritable,
])
export type ArtifactReason = typeof ArtifactReason.Type

/** A video that is paid for is not on this disk. */
export class ArtifactError extends Schema.TaggedError<ArtifactError>()("ArtifactError", {
  /** The file that was wanted. */
  path: Schema.String,
  /** When the link dies, ISO 8601 UTC, where that is known. */
  expiresAt: Schema.optionalKey(Schema.String),
  reason: ArtifactReason,
}) {
  /** Whether the same call may succeed later. It costs nothing to try. */
  get isRetryable(): boolean {
    return this.reason.isRetryable
  }
  override get message(): string {
    const until = this.expiresAt === undefined ? "" : ` until ${this.expiresAt}`
    const where =
      this.reason._tag === "LinkDead"
        ? "The video is paid for and may still be at the provider"
        : `The video is paid for and still at the provider${until}`
    return `${this.reason.message}. ${where}; ${this.reason.next}.`
  }
}

for (const Class of [...ArtifactReason.members, ArtifactError]) {
  ErrorClass.complete(Class, `@zoetrope/node/ArtifactError/${Class.identifier}`)
}
