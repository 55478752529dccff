/**
 * Pictures, videos and sounds in the forms that programs have them in: a file by its path, bytes, a
 * Blob, a stream, an address. Owns the way from there to what `Task.prepare` takes, and the limit that
 * is kept on it: what is too large is refused before it is read whole. What is in a file is judged by
 * the model.
 */
import { isAddress, type Media, type MediaRule } from "@zoetrope/core/Media"
import { type AnyModel, fields } from "@zoetrope/core/Model"
import { type InputIssue, InvalidInput } from "@zoetrope/core/Reason"
import { redactor } from "@zoetrope/core/Redact"
import { Effect, Result } from "effect"
import { addAbortSignal, Readable } from "node:stream"
import { fileURLToPath } from "node:url"
import { readMedia } from "./Files.ts"

/** A regular file of this machine. Made by `file`. */
export interface LocalFile {
  readonly [localFile]: true
  readonly path: string
}

/** Registered, so that copies of this package agree; a symbol, so that no JSON from outside can name a file. */
const localFile: unique symbol = Symbol.for("@zoetrope/node/LocalFile")

/**
 * A file as an input. It is read when the task is asked for, and not at all where it is larger than
 * the model takes.
 *
 * @param path as `node:fs` takes it; a URL must be a `file:` URL
 */
export const file = (path: string | URL): LocalFile => ({
  [localFile]: true,
  path: typeof path === "string" ? path : fileURLToPath(path),
})

/** What may stand where a model takes media. A stream is read once, to its end. */
export type MediaSource =
  | Media
  | LocalFile
  | URL
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>

/** A model's input, with every form of media where the model takes bytes. */
export type InputOf<Input> = {
  [Field in keyof Input]: Uint8Array extends Input[Field]
    ? Input[Field] | MediaSource
    : Input[Field]
}

/**
 * The input with its media as addresses, data URIs or bytes. Fails with every issue at once; nothing
 * was sent. Interrupted, it lets go of files and streams.
 */
export const read = Effect.fn("MediaSource.read")(function* (model: AnyModel, input: unknown) {
  if (typeof input !== "object" || input === null) return input
  const given: Readonly<Record<string, unknown>> = { ...input }
  const issues: Array<InputIssue> = []
  const found: Record<string, unknown> = {}
  for (const { media, name } of fields(model)) {
    if (media === undefined || !Object.hasOwn(given, name)) continue
    const value = yield* Effect.result(mediaOf(media, given[name]))
    if (Result.isSuccess(value)) found[name] = value.success
    else issues.push({ path: `/${name}`, document: model.documents[0].url, ...value.failure })
  }
  if (issues.length > 0) return yield* new InvalidInput({ issues })
  return { ...given, ...found }
})

type Refusal = Pick<InputIssue, "message" | "allowed">

/** What is none of these forms is passed on: the model says what is wrong with it. */
const mediaOf = (rule: MediaRule, value: unknown): Effect.Effect<unknown, Refusal> => {
  const source = value instanceof URL ? value.href : value
  if (typeof source === "string") return text(rule, source)
  const bytes = bytesOf(rule, source)
  if (bytes === undefined || rule.forms.includes("bytes")) return bytes ?? Effect.succeed(source)
  return Effect.fail({
    message: `takes an address only: the provider fetches this ${rule.kind} itself. Put it where it can be fetched without a login, and give its address`,
    allowed: "an http(s) address",
  })
}

const text = ({ forms }: MediaRule, source: string): Effect.Effect<string, Refusal> => {
  if (!forms.includes("bytes") || isAddress(source) || /^data:/i.test(source)) {
    return Effect.succeed(source)
  }
  return Effect.fail({
    message: "is no address; a file of this machine is given as file(path)",
    allowed: "an http(s) address, a data: URI, file(path), bytes, a Blob or a stream",
  })
}

/** Where a model's document gives no limit: what a request may reasonably weigh. */
const unstatedMaxBytes = 32_000_000

const bytesOf = (
  { maxBytes = unstatedMaxBytes }: MediaRule,
  source: unknown,
): Effect.Effect<Uint8Array, Refusal> | undefined => {
  if (source instanceof Uint8Array) return Effect.succeed(source)
  if (source instanceof ArrayBuffer) return Effect.succeed(new Uint8Array(source))
  if (isLocalFile(source)) {
    return Effect.mapError(readMedia(source.path, { maxBytes }), ({ message }) => ({ message }))
  }
  if (source instanceof Blob) {
    return source.size > maxBytes
      ? Effect.fail({ message: `has ${source.size} bytes`, allowed: `at most ${maxBytes} bytes` })
      : collected(source.stream(), maxBytes)
  }
  return isIterable(source) ? collected(source, maxBytes) : undefined
}

const isLocalFile = (value: unknown): value is LocalFile =>
  typeof value === "object" && value !== null && localFile in value

const isIterable = (value: unknown): value is ReadableStream | AsyncIterable<unknown> =>
  value instanceof ReadableStream ||
  (typeof value === "object" && value !== null && Symbol.asyncIterator in value)

/** Never more than the limit and one piece; the rest of a stream is let go. */
const collected = (
  source: ReadableStream | AsyncIterable<unknown>,
  maxBytes: number,
): Effect.Effect<Uint8Array, Refusal> =>
  Effect.tryPromise({
    try: async (signal) => {
      const stream = addAbortSignal(signal, readable(source))
      const pieces: Array<Uint8Array> = []
      let length = 0
      for await (const piece of stream) {
        if (!(piece instanceof Uint8Array)) {
          throw new Refused({ message: "is a stream of something else than bytes" })
        }
        length += piece.length
        if (length > maxBytes) {
          throw new Refused({
            message: `has more than ${maxBytes} bytes; the rest was not read`,
            allowed: `at most ${maxBytes} bytes`,
          })
        }
        pieces.push(piece)
      }
      return new Uint8Array(Buffer.concat(pieces, length))
    },
    catch: (cause) =>
      cause instanceof Refused
        ? cause.refusal
        : { message: `could not be read to its end: ${clean(String(cause))}` },
  })

/** One kind of stream, which can be let go in the middle of a read. */
const readable = (source: ReadableStream | AsyncIterable<unknown>): Readable => {
  if (source instanceof Readable) return source
  return source instanceof ReadableStream
    ? Readable.fromWeb(source)
    : Readable.from(source, { objectMode: true })
}

const clean = redactor([])

class Refused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
