/** Clients of `Transport`, and a call as a submit makes it. */
import { Effect } from "effect"
import { HttpClientRequest } from "effect/http"
import * as Proxy from "../src/Proxy.ts"
import * as Transport from "../src/Transport.ts"

const noProxy = {}
export const client = (
  options?: Transport.Options,
  environment: Record<string, string> = noProxy,
) => Transport.make(options).pipe(Effect.provideService(Proxy.Environment, environment))

export const paidCall = (url: string) =>
  HttpClientRequest.post(url).pipe(HttpClientRequest.bodyText(`{"prompt":"a cat"}`))
