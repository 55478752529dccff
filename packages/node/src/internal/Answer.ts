/**
 * An answer as it comes from undici, in the form of Effect's HttpClientResponse. Its body is kept and
 * read whole, or streamed once; what nobody asks for stays on the connection beyond 64 KiB.
 */
import { Effect, Inspectable, Option, Pipeable, Stream } from "effect"
import {
  Cookies,
  Headers,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
  HttpIncomingMessage,
  UrlParams,
} from "effect/http"
import type { Dispatcher } from "./undici.ts"

export interface Head {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: URL
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly controller: Dispatcher.DispatchController
}

/** That many bytes may wait for a reader. */
const maxWaitingBytes = 64 * 1024

export class Answer
  extends Inspectable.Class
  implements HttpClientResponse.HttpClientResponse, Pipeable.Pipeable
{
  readonly [HttpClientResponse.TypeId] = HttpClientResponse.TypeId
  readonly [HttpIncomingMessage.TypeId] = HttpIncomingMessage.TypeId
  readonly request: HttpClientRequest.HttpClientRequest
  readonly status: number
  readonly headers: Headers.Headers
  readonly remoteAddress: Option.Option<string> = Option.none()
  readonly #head: Head
  #pieces: Array<Uint8Array> = []
  #waitingBytes = 0
  #end: { readonly cause: Error | undefined } | undefined
  #readers: Array<() => void> = []
  #isStreamed = false

  constructor(head: Head) {
    super()
    this.#head = head
    this.request = head.request
    this.status = head.status
    this.headers = Headers.fromInput(head.headers)
  }

  push(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#waitingBytes += piece.length
    if (this.#waitingBytes > maxWaitingBytes) this.#head.controller.pause()
    this.#wakeReaders()
  }

  /** @param cause why that was too early */
  end(cause?: Error): void {
    this.#end = { cause }
    this.#wakeReaders()
  }

  get url(): string {
    return this.#head.url.href.replace(/#.*$/, "")
  }

  get cookies(): Cookies.Cookies {
    return Cookies.fromSetCookie(this.#head.headers["set-cookie"] ?? [])
  }

  get stream(): Stream.Stream<Uint8Array, HttpClientError.HttpClientError> {
    return Stream.suspend(() =>
      Stream.fromAsyncIterable(this.#stream(), (cause) => this.#unreadable(cause)),
    )
  }

  get text(): Effect.Effect<string, HttpClientError.HttpClientError> {
    return this.#decoded((bytes) => utf8.decode(bytes))
  }

  get json(): HttpClientResponse.HttpClientResponse["json"] {
    return this.#decoded((bytes) => (bytes.length === 0 ? null : JSON.parse(utf8.decode(bytes))))
  }

  get arrayBuffer(): Effect.Effect<ArrayBuffer, HttpClientError.HttpClientError> {
    return this.#decoded((bytes) => bytes.buffer)
  }

  get urlParamsBody(): Effect.Effect<UrlParams.UrlParams, HttpClientError.HttpClientError> {
    return this.#decoded((bytes) =>
      // A leading "?" is data; URLSearchParams would drop it.
      UrlParams.fromInput(new URLSearchParams(utf8.decode(bytes).replace(/^\?/, "%3F"))),
    )
  }

  get formData(): Effect.Effect<FormData, HttpClientError.HttpClientError> {
    return Effect.flatMap(
      this.#decoded((bytes) => new Response(bytes, { headers: this.headers })),
      (response) =>
        Effect.tryPromise({
          try: () => response.formData(),
          catch: (cause) => this.#unreadable(cause),
        }),
    )
  }

  get upgrade(): HttpClientResponse.HttpClientResponse["upgrade"] {
    const description = "this transport upgrades no connection"
    const { request } = this
    const reason = new HttpClientError.StatusCodeError({ request, response: this, description })
    return Effect.fail(new HttpClientError.HttpClientError({ reason }))
  }

  toJSON(): unknown {
    return HttpIncomingMessage.inspect(this, {
      _id: "HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status,
    })
  }

  pipe() {
    // oxlint-disable-next-line prefer-rest-params -- Effect's own way of making something pipeable
    return Pipeable.pipeArguments(this, arguments)
  }

  #wakeReaders(): void {
    const readers = this.#readers
    this.#readers = []
    for (const wake of readers) wake()
  }

  /** Asks the connection for more, and calls back when there is, or when there is no more. */
  #onMore(callback: () => void): void {
    this.#readers.push(callback)
    this.#head.controller.resume()
  }

  #decoded<A>(
    decode: (bytes: Uint8Array<ArrayBuffer>) => A,
  ): Effect.Effect<A, HttpClientError.HttpClientError> {
    return Effect.callback((resume) => {
      const look = () => {
        if (this.#end === undefined) return this.#onMore(look)
        resume(
          Effect.try({
            try: () => decode(this.#whole()),
            catch: (cause) => this.#unreadable(cause),
          }),
        )
      }
      look()
    })
  }

  #whole(): Uint8Array<ArrayBuffer> {
    if (this.#end?.cause !== undefined) throw this.#end.cause
    if (this.#isStreamed) throw new Error(readBefore)
    return new Uint8Array(Buffer.concat(this.#pieces))
  }

  /** What has arrived is read before the news of a cut is. */
  async *#stream(): AsyncGenerator<Uint8Array> {
    if (this.#isStreamed) throw new Error(readBefore)
    this.#isStreamed = true
    for (;;) {
      const pieces = this.#pieces
      this.#pieces = []
      this.#waitingBytes = 0
      yield* pieces
      if (this.#pieces.length > 0) continue
      if (this.#end?.cause !== undefined) throw this.#end.cause
      if (this.#end !== undefined) return
      // oxlint-disable-next-line no-await-in-loop -- pieces come one after the other
      await new Promise<void>((resolve) => this.#onMore(resolve))
    }
  }

  #unreadable(cause: unknown): HttpClientError.HttpClientError {
    const { request } = this
    const reason = new HttpClientError.DecodeError({ request, response: this, cause })
    return new HttpClientError.HttpClientError({ reason })
  }
}

const readBefore = "the body of this answer was streamed before"

const utf8 = new TextDecoder()
