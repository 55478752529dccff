/** A provider value against a loopback address, and the least input of every model. */
import * as Transport from "@zoetrope/node/Transport"
import { Task } from "@zoetrope/core"
import type { AnyModel } from "@zoetrope/core/Model"
import type { Provider as CoreProvider } from "@zoetrope/core/Provider"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect, Redacted } from "effect"
import { Models, Provider } from "../../src/index.ts"

export const secrets = {
  secretAccessKey: "c2VjcmV0LWFjY2Vzcy1rZXktb2YtdGhlLXRlc3Q=",
  sessionToken: "session-token-of-the-test-0123456789",
} as const

export const makeAccount = (baseUrl: string, options: Partial<Provider.Options> = {}) =>
  Provider.make({
    accessKeyId: "AKLTtest",
    secretAccessKey: Redacted.make(secrets.secretAccessKey),
    baseUrl,
    ...options,
  })

/** One that is known to be good. */
export const account = (...options: Parameters<typeof makeAccount>) =>
  Effect.orDie(makeAccount(...options))

export const transport = Transport.layer()

/** By model id. */
export const inputs: Readonly<Record<string, Record<string, unknown>>> = {
  "volc-cv/jimeng-video-3.0-pro": { prompt: "a red kite" },
  "volc-cv/jimeng-motion-imitation": {
    image_url: "https://example.com/person.jpg",
    video_url: "https://example.com/dance.mp4",
  },
  "volc-cv/single-image-driving": {
    image_url: "https://example.com/person.jpg",
    video_url: "https://example.com/dance.mp4",
  },
  "volc-cv/lip-sync-lite": {
    url: "https://example.com/speaker.mp4",
    pure_audio_url: "https://example.com/voice.mp3",
  },
  "volc-cv/lip-sync-basic": {
    url: "https://example.com/speaker.mp4",
    pure_audio_url: "https://example.com/voice.mp3",
  },
}

/** Checks the input and sends one submit. */
export const submit = Effect.fnUntraced(function* (
  provider: CoreProvider,
  model: AnyModel = Models.jimengVideo30Pro,
  input: unknown = inputs[model.id],
) {
  const prepared = yield* Task.prepare(provider, model, input)
  return yield* provider.submit({ ...prepared, key: "one-start" })
})

/** A handle that this account could have made. */
export const refOf = (
  provider: { readonly key: string },
  model: AnyModel = Models.jimengVideo30Pro,
): TaskRef => ({
  version: 1,
  provider: "volc-cv",
  account: "default",
  key: provider.key,
  model: model.id,
  taskId: "7392616336519610409",
  submittedAt: "2026-11-20T10:00:00.000Z",
  query: { req_key: model.alias },
})

/** The service's envelope, as its documents print it. */
export const envelope = (code: number, data: unknown, message = "Success") => ({
  code,
  data,
  message,
  request_id: "20240720103939AF0029465CF6A74E51EC",
  status: code,
  time_elapsed: "104.852309ms",
})

/** The gateway's envelope. */
export const gatewayEnvelope = (code: string, message: string, codeN?: number) => ({
  ResponseMetadata: {
    RequestId: "20250612211650F6034647881AD3D59CF6",
    Action: "CVSync2AsyncGetResult",
    Version: "2022-08-31",
    Service: "cv",
    Region: "cn-north-1",
    Error: { Code: code, Message: message, ...(codeN === undefined ? {} : { CodeN: codeN }) },
  },
})
