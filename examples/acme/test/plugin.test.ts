/** The package as a program takes it up that has never heard of it. */
import { Plugin, Task } from "@zoetrope/core"
import { Transport } from "@zoetrope/node"
import { makeSimulator } from "@zoetrope/simulator"
import { ConfigProvider, Effect, Result } from "effect"
import { afterAll, beforeAll, expect, it } from "vitest"
import { dialect } from "../simulator/index.ts"
import * as acme from "../src/index.ts"

let simulator: Awaited<ReturnType<typeof makeSimulator>>
beforeAll(async () => {
  simulator = await makeSimulator({ dialects: [dialect], speed: 60 })
})
afterAll(() => simulator.close())

const plugin = Result.getOrThrow(Plugin.read(acme.plugin))

const opened = (variables: Readonly<Record<string, string>>) =>
  Effect.provideService(
    plugin.open("films"),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnvRecord(variables),
  )

it("makes a film for whoever knows only the plugin", async () => {
  const [account] = simulator.accounts
  const program = Effect.gen(function* () {
    const provider = yield* opened({
      [plugin.variables.credentials[0] ?? ""]: account?.secret ?? "",
      [plugin.variables.baseUrl]: simulator.url,
    })
    const [model] = plugin.models
    const [example] = model?.examples ?? []
    return yield* Task.run(provider, model!, example, { poll: { floor: 0.1, ceiling: 0.3 } })
  })
  const { ref, state } = await Effect.runPromise(program.pipe(Effect.provide(Transport.layer())))
  expect(ref).toMatchObject({ provider: "acme", account: "films", model: "acme/film-1" })
  expect(state.outputs[0].url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\//)
  expect(simulator.ledger().totals).toMatchObject({ accepted: 1, billedSeconds: 4 })
})

it.each([
  [{}, /ACME_API_KEY: is not set/],
  [{ ACME_API_KEY: "two words" }, /apiKey: .*console/],
  [{ ACME_API_KEY: "k", ACME_BASE_URL: "nowhere" }, /baseUrl: /],
])("refuses the variables %j, and repeats no value", async (variables, told) => {
  const failure = await Effect.runPromise(
    Effect.flip(opened(variables)).pipe(Effect.provide(Transport.layer())),
  )
  expect(failure.message).toMatch(told)
  expect(failure.message).not.toMatch(/two words|nowhere/)
})

it("tells the id of the call with whatever comes of it", async () => {
  const program = Effect.gen(function* () {
    const provider = yield* opened({ ACME_API_KEY: "unknown", ACME_BASE_URL: simulator.url })
    const [model] = provider.models
    return yield* Effect.flip(Task.run(provider, model!, { prompt: "A red kite" }))
  })
  const error = await Effect.runPromise(program.pipe(Effect.provide(Transport.layer())))
  expect(error).toMatchObject({
    code: "bad_key",
    requestId: expect.stringMatching(/^[\da-f-]{36}$/),
  })
  expect(error.message).toContain(`request id ${error.requestId}`)
})
