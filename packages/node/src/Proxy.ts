/**
 * Which proxy stands between this machine and a host: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`,
 * the lower-case spelling first. Without `HTTPS_PROXY`, `HTTP_PROXY` serves https too, by CONNECT.
 *
 * A loopback address is never asked for through a proxy: it would be the proxy's own machine.
 * Refuses an address that is not `http:` or `https:`; SOCKS is not supported.
 */
import * as ErrorClass from "@zoetrope/core/ErrorClass"
import { Context, Effect, Schema } from "effect"

/** The variables that are read; `process.env` unless something else is provided. */
export const Environment = Context.Reference<Readonly<Record<string, string | undefined>>>(
  "@zoetrope/node/Proxy/Environment",
  { defaultValue: () => process.env },
)

/** A proxy variable that cannot be used. Its value may hold a password and is not repeated. */
export class InvalidProxy extends Schema.TaggedError<InvalidProxy>()("InvalidProxy", {
  variable: Schema.String,
}) {
  override get message(): string {
    return (
      `the environment variable ${this.variable} is not the address of an http or https proxy. ` +
      `Allowed: http://host:port, https://user:password@host:port, or unset`
    )
  }
}

ErrorClass.complete(InvalidProxy, "@zoetrope/node/Proxy/InvalidProxy")

/** The options of undici's `EnvHttpProxyAgent`; `""` is "no proxy". */
export interface Settings {
  /** For `http:` addresses, and for `https:` where `httpsProxy` is empty. */
  readonly httpProxy: string
  /** For `https:` addresses. */
  readonly httpsProxy: string
  /** Hosts that are asked directly, by commas; loopback is always among them. */
  readonly noProxy: string
}

/** What the environment says, checked. */
export const settings: Effect.Effect<Settings, InvalidProxy> = Effect.gen(function* () {
  const environment = yield* Environment
  const noProxy = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
  return {
    httpProxy: yield* address(environment, "http_proxy"),
    httpsProxy: yield* address(environment, "https_proxy"),
    noProxy: `${noProxy},localhost,127.0.0.1,[::1]`,
  }
})

const address = Effect.fnUntraced(function* (
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
) {
  const variable = environment[name] === undefined ? name.toUpperCase() : name
  const value = environment[variable] ?? ""
  if (value === "") return ""
  const protocol = URL.parse(value)?.protocol
  if (protocol !== "http:" && protocol !== "https:") return yield* new InvalidProxy({ variable })
  return value
})
