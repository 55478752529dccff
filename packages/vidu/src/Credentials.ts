/**
 * The account from the environment, or wherever the ConfigProvider looks. An empty value counts as not
 * set there. Owns the names of the variables; the key leaves it only as `Redacted`.
 */
import { InvalidInput } from "@zoetrope/core/Reason"
import { Config, Effect, Option, Redacted } from "effect"
import type { Options, Scheme } from "./Client.ts"

/** `VIDU_API_KEY`, and `VIDU_BASE_URL` and `VIDU_AUTH_SCHEME` where they are set. */
export const fromEnvironment = Effect.gen(function* () {
  const apiKey = yield* textOf("VIDU_API_KEY")
  if (apiKey === undefined) {
    return yield* refuse("VIDU_API_KEY", "no credentials: set VIDU_API_KEY to an API key of Vidu")
  }
  const baseUrl = yield* textOf("VIDU_BASE_URL")
  const scheme = yield* textOf("VIDU_AUTH_SCHEME")
  if (scheme !== undefined && !isScheme(scheme)) {
    return yield* refuse("VIDU_AUTH_SCHEME", "must be Token (Vidu) or Bearer (relays)")
  }
  const options: Options = {
    apiKey: Redacted.make(apiKey),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(scheme === undefined ? {} : { scheme }),
  }
  return options
})

const isScheme = (text: string): text is Scheme => text === "Token" || text === "Bearer"

const refuse = (name: string, message: string) =>
  new InvalidInput({ issues: [{ path: `/${name}`, message }] })

const textOf = (name: string): Config.Config<string | undefined> =>
  Config.String(name).pipe(Config.option, Config.map(Option.getOrUndefined))
