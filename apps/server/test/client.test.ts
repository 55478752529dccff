/** The client that is made from the contract, against the running server. */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Access, Api, Problem } from "@zoetrope/api"
import { Effect, Layer, Redacted, Stream } from "effect"
import { HttpClientRequest } from "effect/http"
import { HttpApiClient, HttpApiMiddleware } from "effect/http-api"
import { Keys } from "../src/index.ts"
import { pictureUrl, simulate, temporaryDirectory, testServer } from "./support/testServer.ts"

const simulator = await simulate()
const dataDir = await temporaryDirectory()
const { secret } = await Effect.runPromise(Keys.make(dataDir, { scope: "create" }))
const { url } = await testServer({ simulator, dataDir })

const withKey = (key: string) =>
  Layer.merge(
    NodeHttpClient.layerUndici,
    HttpApiMiddleware.layerClient(Access.Authorization, ({ next, request }) =>
      next(HttpClientRequest.bearerToken(request, key)),
    ),
  )
const client = HttpApiClient.make(Api.Api, { baseUrl: url })

describe("the client", () => {
  it.live("asks, lists and looks, in the words of the contract", () =>
    Effect.gen(function* () {
      const { events, generations, models } = yield* client
      const payload = { model: "vidu/img2video", input: { image: pictureUrl(simulator) } }
      const headers = { "idempotency-key": "k" }
      const first = yield* generations.create({ headers, payload })
      const again = yield* generations.create({ headers, payload })
      assert.strictEqual(again.id, first.id)
      const page = yield* generations.list({
        query: { state: ["queued", "running", "done"], limit: 5 },
      })
      assert.isNull(page.next)
      const record = yield* generations.get({ params: { id: first.id } })
      assert.strictEqual(record.model, "vidu/img2video")
      const model = yield* models.get({ params: { provider: "vidu", name: "img2video" } })
      assert.isTrue(model.capabilities.find)
      assert.include(model.fields.map(({ title }) => title.zh).join(), "提示词")
      assert.isFunction(events.all)
    }).pipe(Effect.provide(withKey(Redacted.value(secret)))),
  )

  it.live("fails with the problem's own class", () =>
    Effect.gen(function* () {
      const { generations } = yield* client
      const problem = yield* Effect.flip(
        generations.create({ headers: {}, payload: { model: "vidu/none", input: {} } }),
      )
      assert.instanceOf(problem, Problem.UnknownModel)
      const missing = yield* Effect.flip(generations.get({ params: { id: "000000000000" } }))
      assert.instanceOf(missing, Problem.UnknownGeneration)
    }).pipe(Effect.provide(withKey(Redacted.value(secret)))),
  )

  it.live("reads a file as it comes", () =>
    Effect.gen(function* () {
      const { generations } = yield* client
      const problem = yield* Effect.flip(
        Effect.flatMap(
          generations.content({ params: { id: "000000000000" }, headers: {} }),
          Stream.runDrain,
        ),
      )
      assert.instanceOf(problem, Problem.UnknownGeneration)
    }).pipe(Effect.provide(withKey(Redacted.value(secret)))),
  )

  it.live("is told that its key is none", () =>
    Effect.gen(function* () {
      const { accounts } = yield* client
      assert.instanceOf(yield* Effect.flip(accounts.list()), Problem.Unauthorized)
    }).pipe(Effect.provide(withKey("none"))),
  )
})
