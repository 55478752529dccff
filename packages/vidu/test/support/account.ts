/** A provider value against a loopback address, and the least that it can be asked for. */
import { Task } from "@zoetrope/core"
import type { SubmitRequest } from "@zoetrope/core/Provider"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import * as Transport from "@zoetrope/node/Transport"
import { Effect, Redacted } from "effect"
import { Models, Provider } from "../../src/index.ts"

export const apiKey = "vda_test_key_0123456789_of_nobody"

export const account = (baseUrl: string, options: Partial<Provider.Options> = {}) =>
  Provider.make({ apiKey: Redacted.make(apiKey), baseUrl, ...options })

export type Account = Effect.Success<ReturnType<typeof account>>

export const transport = Transport.layer()

export const leastInput = { image: "https://example.com/first-frame.png", prompt: "a red kite" }

export const key = "5f0c9a52-3b1c-4c39-9a43-0f2f7e8f7a11"

/** Checks the input and makes the request of one start. */
export const requestOf = Effect.fnUntraced(function* (
  provider: Account,
  input: unknown = leastInput,
  options: Partial<SubmitRequest> = {},
) {
  const prepared = yield* Task.prepare(provider, Models.img2video, input)
  const request: SubmitRequest = { ...prepared, key, ...options }
  return request
})

export const submit = Effect.fnUntraced(function* (
  provider: Account,
  input: unknown = leastInput,
  options: Partial<SubmitRequest> = {},
) {
  return yield* provider.submit(yield* requestOf(provider, input, options))
})

export const taskId = "947408163915751424"

/** A handle that this account could have made. */
export const refOf = (
  provider: { readonly key: string },
  over: Partial<TaskRef> = {},
): TaskRef => ({
  version: 1,
  provider: "vidu",
  account: "default",
  key: provider.key,
  model: "vidu/img2video",
  taskId,
  submittedAt: new Date().toISOString(),
  query: {},
  ...over,
})
