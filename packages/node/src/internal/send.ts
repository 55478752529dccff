/**
 * One request on the wire, and the answer as soon as its head is there. Owns the proof that nothing was
 * sent: undici calls `onRequestStart` when it has a connection and is about to write; until then not
 * one byte of the request (the proxy's CONNECT is none of it) has left.
 *
 * By undici's `dispatch` and not its `request`, whose stream and promises are much of what a small call costs.
 */
import { markNothingSent } from "@zoetrope/core/Transport"
import { Effect, Stream } from "effect"
import { type HttpBody, HttpClientError, type HttpClientRequest } from "effect/http"
import { Readable } from "node:stream"
import type { Dispatcher } from "./undici.ts"
import { Answer } from "./Answer.ts"
import type { Way } from "./Connections.ts"

export interface Sending {
  readonly request: HttpClientRequest.HttpClientRequest
  readonly url: URL
  /** Those of the request, and those that go with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Called once, when the request goes out. */
  readonly takeWay: () => Way
  /** Aborted when the caller gives up: on the request, or later on the body of its answer. */
  readonly signal: AbortSignal
}

export const send = ({
  headers,
  request,
  signal,
  takeWay,
  url,
}: Sending): Effect.Effect<Answer, HttpClientError.HttpClientError> =>
  Effect.callback((resume) => {
    let started = false
    let answer: Answer | undefined
    const { body, contentType } = bodyOf(request.body)
    const way = takeWay()
    way.dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method: request.method,
        headers: contentType === undefined ? headers : { ...headers, "content-type": contentType },
        body,
        // Closes the connection afterwards where it is one of its own.
        reset: way.isOwn,
        // Waiting is bounded by the caller, on Effect's clock.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart: (controller) => {
          started = true
          const abort = () => controller.abort(new Error("the caller gave up"))
          if (signal.aborted) abort()
          else signal.addEventListener("abort", abort, { once: true })
        },
        onResponseStart: (controller, status, received) => {
          if (status < 200) return
          answer = new Answer({ request, url, status, headers: received, controller })
          resume(Effect.succeed(answer))
        },
        onResponseData: (_, piece) => answer?.push(piece),
        onResponseEnd: () => {
          way.done()
          answer?.end()
        },
        onResponseError: (_, error) => {
          way.done()
          if (answer !== undefined) return answer.end(error)
          const cause = started ? error : unsent(error)
          const reason = new HttpClientError.TransportError({ request, cause })
          resume(Effect.fail(new HttpClientError.HttpClientError({ reason })))
        },
      },
    )
  })

interface Body {
  readonly body: Exclude<Dispatcher.DispatchOptions["body"], undefined>
  /** Where only the encoding knows it. */
  readonly contentType?: string | undefined
}

const bodyOf = (body: HttpBody.HttpBody): Body => {
  switch (body._tag) {
    case "Empty":
      return { body: null }
    case "Uint8Array":
      return { body: body.body }
    case "Raw":
      // Whatever the caller made for this client; undici refuses what it does not know.
      return { body: body.body as Body["body"] }
    case "Stream":
      return { body: Readable.from(Stream.toAsyncIterable(body.stream)) }
    case "FormData": {
      // undici takes no FormData but its own; the platform encodes it just as well.
      const encoded = new Response(body.formData)
      // Read first: in Bun the header goes with the body.
      const contentType = encoded.headers.get("content-type") ?? undefined
      return {
        body: encoded.body === null ? null : Readable.from(pieces(encoded.body)),
        contentType,
      }
    }
  }
}

/** Not all that declares a ReadableStream declares that it can be iterated. */
async function* pieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- pieces come one after the other
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** A new error, because undici gives the same object to every request that it ends at once, sent or not. */
const unsent = (cause: Error): Error => {
  const parts = cause instanceof AggregateError ? (cause.errors as ReadonlyArray<Error>) : [cause]
  const error = new Error(parts.map((part) => part.message).join("; "), { cause })
  return markNothingSent(Object.assign(error, "code" in cause ? { code: cause.code } : {}))
}
