/** What every provider must show, asked of this one. Its tables are the documents', typed off by hand. */
import { type CodeRow, ProviderSuite, type Start } from "@zoetrope/provider-kit"
import { dialect } from "@zoetrope/vidu/simulator"
import * as documents from "./fixtures/documents.ts"
import { plugin } from "../src/plugin.ts"
import { make } from "./suite/make.ts"

const model = "vidu/img2video"

/** No page gives them a status; a refused request is what their words describe. */
const assumedStatus = 400

/** Said of a call, whatever its task does: too many, not now, not with this account, failed inside. */
const aboutTheCall = new Set<string>([
  "CreditInsufficient",
  "OperationInProcess",
  "Unauthorized",
  "Forbidden",
  "Conflict",
  "QuotaExceeded",
  "TooManyRequests",
  "SystemThrottling",
  "Canceled",
  "InternalServiceFailure",
  "Unknown",
])

/**
 * Words that leave open whether the task was made: failed inside, or there is a task already (in work,
 * cancelled, in conflict with this one), which may be the one that was asked for.
 */
const undecided = new Set<string>([
  "Canceled",
  "Conflict",
  "InternalServiceFailure",
  "OperationInProcess",
  "Unknown",
  "UserCancelled",
])

const cancelled = new Set<string>(["UserCancelled", "Canceled"])

const codes = documents.codes.flatMap(([http, code, message]): ReadonlyArray<CodeRow> => {
  const answer = documents.refusal(http ?? assumedStatus, code, message)
  const failed = {
    status: 200,
    body: { ...documents.succeeded, state: "failed", err_code: code, creations: [] },
  }
  return [
    // The page has no word on trying again, so a refused submit stops.
    { at: "submit", code, answer, verdict: undecided.has(code) ? "ask" : "stop" },
    http === 404
      ? { at: "poll", code, answer, state: "NotFound" }
      : { at: "poll", code, answer, verdict: aboutTheCall.has(code) ? "wait" : "stop" },
    cancelled.has(code)
      ? { at: "poll", code, answer: failed, state: "Cancelled" }
      : { at: "poll", code, answer: failed, state: "Failed", verdict: "stop" },
  ]
})

const input: Start["input"] = ({ image }) => ({
  model: "viduq3-turbo",
  image,
  prompt: "a red kite",
})

ProviderSuite.run("vidu", {
  dialect,
  make,
  module: new URL("./suite/make.ts", import.meta.url),
  starts: [{ model, input }],
  badInputs: [
    { model, input: { model: "viduq3-turbo" }, path: "/image" },
    {
      model,
      input: { model: "viduq1", image: "https://example.com/a.png", duration: 4 },
      path: "/duration",
    },
  ],
  codes,
  states: [
    { wire: "created", state: "Queued" },
    { wire: "queueing", state: "Queued" },
    { wire: "processing", state: "Running" },
  ],
  unknown: { code: "SomethingElse", state: "dreaming" },
  plugin: {
    plugin,
    variables: ({ secret }, url) => ({ VIDU_API_KEY: secret, VIDU_BASE_URL: url }),
  },
  // In the slow queue a task waits long enough to be taken back.
  cancel: {
    model,
    input: ({ image }) => ({ model: "viduq3-turbo", image, off_peak: true, audio: true }),
  },
  find: { model, input },
  credits: true,
  callbacks: true,
})
