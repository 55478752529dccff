/**
 * One HTTP exchange, told as facts: an answer, or how it broke and whether that proves that nothing
 * was sent. Owns timeouts and the bound on a body; knows no vendor, follows no redirect, repeats nothing.
 */
import { Effect, Stream } from "effect"
import {
  HttpClient,
  type HttpClientError,
  type HttpClientRequest,
  type HttpClientResponse,
} from "effect/http"
import { FreshConnection, isNothingSent } from "./Transport.ts"
import { parseObject } from "./WireJson.ts"

/** Whatever came back, whole. Header names in lower case. */
export interface Answer {
  readonly _tag: "Answer"
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** No whole answer came back. */
export interface Broken {
  readonly _tag: "Broken"
  /** Proven: not one byte of the request left. */
  readonly nothingSent: boolean
  readonly detail: string
}

export interface ExchangeOptions {
  /** For the whole answer, its body included. */
  readonly timeoutSeconds: number
  /** A connection of its own, for whatever must not die with a pooled socket. */
  readonly fresh: boolean
}

/** Largest answer read, in bytes. Control answers are a few kilobytes; a picture may come inside one. */
const maxBodyBytes = 32 * 1024 * 1024

/**
 * Sends one request and reads its whole answer, of 32 MiB at most. Never fails: what went wrong is a
 * `Broken`, and whether that proves that nothing was sent stands in it.
 *
 * An answer that is cut, or never ends, is an answer all the same where a whole JSON object came of it:
 * it may be the id of a task that was paid, and nothing that is missing could change it.
 */
export const exchange = (
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  options: ExchangeOptions,
): Effect.Effect<Answer | Broken> =>
  Effect.suspend(() => {
    const arrived: Arrived = { response: undefined, chunks: [] }
    return Effect.filterOrElse(
      outcomeOf(http, request, options, arrived),
      ({ _tag }) => _tag === "Answer",
      (broken) => Effect.map(salvaged(arrived), (saved) => saved ?? broken),
    )
  })

/** What there is of an answer, whatever becomes of the rest. */
interface Arrived {
  response: HttpClientResponse.HttpClientResponse | undefined
  /** Of a body that is read as it comes. */
  readonly chunks: Array<Uint8Array>
}

const outcomeOf = (
  http: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  options: ExchangeOptions,
  arrived: Arrived,
): Effect.Effect<Answer | Broken> =>
  http.execute(request).pipe(
    Effect.flatMap((response) => {
      arrived.response = response
      return Effect.map(bodyOf(response, arrived.chunks), (body): Answer | Broken =>
        body === undefined
          ? {
              _tag: "Broken",
              nothingSent: false,
              detail: `the answer (HTTP ${response.status}) is larger than ${maxBodyBytes} bytes`,
            }
          : answer(response, body),
      )
    }),
    Effect.timeoutOrElse({
      duration: options.timeoutSeconds * 1000,
      orElse: () =>
        Effect.succeed<Broken>({
          _tag: "Broken",
          nothingSent: false,
          detail: `no answer within ${options.timeoutSeconds} s`,
        }),
    }),
    Effect.catch((error) =>
      Effect.succeed<Broken>({
        _tag: "Broken",
        nothingSent: isNothingSent(error),
        detail: detailOf(error),
      }),
    ),
    Effect.provideService(FreshConnection, options.fresh),
    Effect.provideService(HttpClient.TracerPropagationEnabled, false),
  )

const answer = (
  { headers, status }: HttpClientResponse.HttpClientResponse,
  body: string,
): Answer => ({ _tag: "Answer", status, headers, body })

/** An announced length is held to by HTTP itself, so that only an answer without one is counted as it comes. */
const bodyOf = (
  response: HttpClientResponse.HttpClientResponse,
  chunks: Array<Uint8Array>,
): Effect.Effect<string | undefined, HttpClientError.HttpClientError> => {
  const announced = response.headers["content-length"]
  return announced !== undefined && Number(announced) <= maxBodyBytes
    ? response.text
    : readBounded(response.stream, chunks)
}

const readBounded = <E>(
  stream: Stream.Stream<Uint8Array, E>,
  chunks: Array<Uint8Array>,
): Effect.Effect<string | undefined, E> => {
  let size = 0
  return stream.pipe(
    Stream.runForEach((chunk) => {
      size += chunk.length
      if (size > maxBodyBytes) {
        chunks.length = 0
        return Effect.fail("too large" as const)
      }
      chunks.push(chunk)
      return Effect.void
    }),
    Effect.map(() => textOf(chunks)),
    Effect.catchIf(
      (error): error is "too large" => error === "too large",
      () => Effect.undefined,
    ),
  )
}

const textOf = (chunks: ReadonlyArray<Uint8Array>): string => {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return new TextDecoder().decode(whole)
}

/** A body that was not read as it came is asked for what there is of it, which not every client tells. */
const salvaged = ({ chunks, response }: Arrived): Effect.Effect<Answer | undefined> => {
  if (response === undefined) return Effect.undefined
  const read = chunks.length > 0 ? Effect.void : Effect.ignore(readBounded(response.stream, chunks))
  return Effect.map(Effect.timeoutOption(read, "1 second"), () => {
    const body = textOf(chunks)
    return parseObject(body) === undefined ? undefined : answer(response, body)
  })
}

/** The innermost cause in a few words: `connect ECONNREFUSED 127.0.0.1:80`. Never the request. */
const detailOf = (error: HttpClientError.HttpClientError): string => {
  let cause: unknown = error.reason.cause
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause
  if (!(cause instanceof Error)) return error.reason._tag
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  return code === undefined || cause.message.includes(code)
    ? cause.message
    : `${code} ${cause.message}`.trim()
}
