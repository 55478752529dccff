/** What every provider must show, asked of this one. Its tables are the documents', typed off by hand. */
import { type CodeRow, ProviderSuite, type StateRow } from "@zoetrope/provider-kit"
import { dialect } from "@zoetrope/volc-cv/simulator"
import * as documents from "./fixtures/documents.ts"
import { plugin } from "../src/plugin.ts"
import { make } from "./suite/make.ts"
import { envelope, gatewayEnvelope } from "./support/account.ts"

const jimeng = ["volc-cv/jimeng-video-3.0-pro", "volc-cv/jimeng-motion-imitation"]
const lipSync = ["volc-cv/lip-sync-lite", "volc-cv/lip-sync-basic"]
const realman = ["volc-cv/single-image-driving", ...lipSync]

/** Over a limit, or failed inside: what such an answer to a poll says is about the call. */
const aboutTheCall = new Set<string>(["50400", "50429", "50430", "50500", "50501"])

/** The documents' own column on trying again. At a submit, a review of what was made is never repeated. */
const ofJimeng: ReadonlyArray<CodeRow> = [
  ...documents.jimengVideo.map(([, code, , , retry]) => ({ code, retry: retry === "可重试" })),
  ...documents.jimengFamily.map(([, code, , retry]) => ({ code, retry: retry === "yes" })),
]
  .filter(({ code }) => code !== "10000")
  .flatMap(({ code, retry }): ReadonlyArray<CodeRow> => {
    const remade = retry ? "remake" : "stop"
    return [
      {
        models: jimeng,
        at: "submit",
        code,
        verdict: retry && aboutTheCall.has(code) ? "repeat" : "stop",
      },
      aboutTheCall.has(code)
        ? { models: jimeng, at: "poll", code, verdict: "wait" }
        : { models: jimeng, at: "poll", code, state: "Failed", verdict: remade },
      {
        models: jimeng,
        at: "poll",
        code,
        answer: { status: 200, body: envelope(Number(code), { status: "done" }) },
        state: "Failed",
        verdict: remade,
      },
    ]
  })

/** Tables without such a column: a call over a limit is repeated, all else is not. */
const undocumented = (code: string, models: ReadonlyArray<string>): ReadonlyArray<CodeRow> => [
  { models, at: "submit", code, verdict: /^504[23][09]$/.test(code) ? "repeat" : "stop" },
  code === "50215"
    ? { models, at: "poll", code, state: "NotFound" }
    : { models, at: "poll", code, verdict: aboutTheCall.has(code) ? "wait" : "stop" },
]

const inJimengTables = new Set(ofJimeng.map((row) => row.code))

const ofTheRest: ReadonlyArray<CodeRow> = [
  ...documents.lipSync.flatMap(([, code]) => undocumented(code, lipSync)),
  ...documents.general.flatMap(([, code]) => [
    ...undocumented(code, realman),
    ...(inJimengTables.has(code) ? [] : undocumented(code, jimeng)),
  ]),
].filter(({ code }) => code !== "10000")

/** The gateway refuses, or is down: a submit is then undecided, a poll brought nothing. */
const ofTheGateway: ReadonlyArray<CodeRow> = documents.gateway.flatMap(
  ([code, codeN, status, about]) => {
    if (status === undefined) return []
    const answer = { status, body: gatewayEnvelope(code, "as the gateway says", codeN) }
    return [
      { at: "submit", code, answer, verdict: about === "outage" ? "ask" : "stop" },
      { at: "poll", code, answer, verdict: "wait" },
    ] satisfies ReadonlyArray<CodeRow>
  },
)

const states: ReadonlyArray<StateRow> = [
  { wire: "in_queue", state: "Queued" },
  { wire: "generating", state: "Running" },
  { wire: "expired", state: "Expired" },
  { wire: "not_found", state: "NotFound" },
]

const address = "https://example.com/a.mp4"

ProviderSuite.run("volc-cv", {
  dialect,
  make,
  module: new URL("./suite/make.ts", import.meta.url),
  accounts: {
    // Temporary credentials, so that the session token is looked for too.
    own: {
      id: "AKTPsuiteown00000001",
      secret: "c2VjcmV0LW9mLXRoZS1zdWl0ZS0wMDAwMDAwMQ==",
      sessionToken: "STS2eyJzdWl0ZSI6InNlc3Npb24tdG9rZW4ifQ==",
    },
    other: { id: "AKLTsuiteother000002", secret: "c2VjcmV0LW9mLW90aGVycy0wMDAwMDAwMg==" },
  },
  starts: [
    { model: "volc-cv/jimeng-video-3.0-pro", input: () => ({ prompt: "千军万马" }) },
    {
      model: "volc-cv/jimeng-motion-imitation",
      input: ({ image, video }) => ({ image_url: image, video_url: video }),
    },
    {
      model: "volc-cv/single-image-driving",
      input: ({ image, video }) => ({ image_url: image, video_url: video }),
    },
    {
      model: "volc-cv/lip-sync-lite",
      input: ({ audio, video }) => ({ url: video, pure_audio_url: audio }),
    },
    {
      model: "volc-cv/lip-sync-basic",
      input: ({ audio, video }) => ({ url: video, pure_audio_url: audio }),
    },
  ],
  badInputs: [
    { model: "volc-cv/jimeng-video-3.0-pro", input: {}, path: "/prompt" },
    { model: "volc-cv/jimeng-video-3.0-pro", input: { prompt: " " }, path: "/prompt" },
    { model: "volc-cv/jimeng-video-3.0-pro", input: { prompt: "马".repeat(801) }, path: "/prompt" },
    { model: "volc-cv/jimeng-video-3.0-pro", input: { prompt: "a", seed: -2 }, path: "/seed" },
    { model: "volc-cv/jimeng-video-3.0-pro", input: { prompt: "a", frames: 100 }, path: "/frames" },
    {
      model: "volc-cv/jimeng-video-3.0-pro",
      input: { prompt: "a", aspect_ratio: "2:1" },
      path: "/aspect_ratio",
    },
    {
      model: "volc-cv/jimeng-video-3.0-pro",
      input: { image: new TextEncoder().encode("not a picture") },
      path: "/image",
    },
    {
      model: "volc-cv/jimeng-motion-imitation",
      input: { image_url: address },
      path: "/video_url",
    },
    {
      model: "volc-cv/single-image-driving",
      input: { image_url: "./person.jpg", video_url: address },
      path: "/image_url",
    },
    {
      model: "volc-cv/lip-sync-lite",
      input: { url: address, pure_audio_url: address, templ_start_seconds: -1 },
      path: "/templ_start_seconds",
    },
    {
      model: "volc-cv/lip-sync-lite",
      input: { url: address, pure_audio_url: address, open_scenedet: true },
      path: "/open_scenedet",
    },
    {
      model: "volc-cv/lip-sync-basic",
      input: { url: address, pure_audio_url: address, align_audio: true },
      path: "/align_audio",
    },
  ],
  codes: [...ofJimeng, ...ofTheRest, ...ofTheGateway],
  states,
  unknown: { code: "59999", state: "dreaming" },
  plugin: {
    plugin,
    variables: ({ id, secret, sessionToken = "" }, url) => ({
      VOLC_ACCESS_KEY_ID: id,
      VOLC_SECRET_ACCESS_KEY: secret,
      VOLC_SESSION_TOKEN: sessionToken,
      VOLC_BASE_URL: url,
    }),
  },
})
