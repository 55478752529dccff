import { Effect, Redacted } from "effect"
import { expect, it } from "vitest"
import { Keys } from "../../src/index.ts"
import { temporaryDirectory, testServer } from "../support/testServer.ts"

it("metrics want a key as soon as the server has one, and one that may only read will do", async () => {
  const dataDir = await temporaryDirectory()
  const { secret } = await Effect.runPromise(Keys.make(dataDir, { scope: "read" }))
  const { ask } = await testServer({ dataDir })
  const without = await ask("/metrics")
  expect(without.status).toBe(401)
  expect(without.json.code).toBe("unauthorized")
  expect(without.text).not.toContain("zoetrope_")
  expect((await ask("/metrics", { key: "zk_0123456789ab_wrong" })).status).toBe(401)
  const answer = await ask("/metrics", { key: Redacted.value(secret) })
  expect(answer.status).toBe(200)
  expect(answer.headers.get("content-type")).toContain("version=0.0.4")
  expect(answer.text).toContain("zoetrope_generations")
})
