/**
 * What the core asks of the HTTP client beneath it, beyond Effect's own interface.
 *
 * Two questions decide about money: did a failed request leave this machine at all, and does a
 * submit share a socket with anything else. A transport that can answer them (`@zoetrope/node`)
 * does so through this module; one that cannot is treated as if every failed request had been sent.
 */
import { Context, Predicate } from "effect"
import { HttpClientError } from "effect/http"

const NothingSentId = Symbol.for("@zoetrope/core/Transport/NothingSent")

/**
 * Marks the cause of a failed request: not one byte of it left (DNS, connect, TLS or proxy failed).
 * Only a transport that knows may call this.
 */
export const markNothingSent = <Cause extends object>(cause: Cause): Cause => {
  Object.defineProperty(cause, NothingSentId, { value: true, configurable: true })
  return cause
}

/** Whether it is proven that nothing of this request was sent. `false` means: not proven. */
export const isNothingSent = (error: HttpClientError.HttpClientError): boolean => {
  switch (error.reason._tag) {
    case "InvalidUrlError":
    case "EncodeError":
      return true
    case "TransportError":
      return Predicate.hasProperty(error.reason.cause, NothingSentId)
    default:
      return false
  }
}

/**
 * While `true`, a request goes out on a connection of its own, which is closed afterwards.
 * A pooled socket may be reset by the peer between two requests; a POST that dies this way leaves
 * open whether it was accepted. Providers set it around every submit.
 */
export const FreshConnection = Context.Reference<boolean>(
  "@zoetrope/core/Transport/FreshConnection",
  {
    defaultValue: () => false,
  },
)
