/** A poll with Effect's own HTTP client, answered as the document prints it: no Node, no transport of ours. */
import { Models, Provider } from "@zoetrope/volc-cv"
import { Effect, Redacted } from "effect"
import { FetchHttpClient } from "effect/http"

const answer = {
  code: 10000,
  data: { status: "done", video_url: "https://example.com/kite.mp4", aigc_meta_tagged: false },
  message: "Success",
  request_id: "202511201200000102030405060708",
  status: 10000,
}

const program = Effect.gen(function* () {
  const provider = yield* Provider.make({
    accessKeyId: "AKLTexample",
    secretAccessKey: Redacted.make("c2VjcmV0"),
  })
  return yield* provider.poll({
    version: 1,
    provider: "volc-cv",
    account: provider.account,
    key: provider.key,
    model: Models.jimengVideo30Pro.id,
    taskId: "7491596536074305586",
    submittedAt: "2026-11-20T12:00:00Z",
    query: {},
  })
})

const { state } = await Effect.runPromise(
  program.pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, async (_url, init) => {
      const authorization = new Headers(init?.headers).get("authorization")
      if (!authorization?.startsWith("HMAC-SHA256 Credential=AKLTexample/")) {
        throw new Error("the call was not signed")
      }
      return Response.json(answer)
    }),
  ),
)
if (state._tag !== "Succeeded" || state.outputs[0]?.url !== answer.data.video_url) {
  throw new Error(`a finished task was read as ${JSON.stringify(state)}`)
}

// @ts-expect-error secrets are redacted from the start
void (() => Provider.make({ accessKeyId: "AKLTexample", secretAccessKey: "c2VjcmV0" }))
