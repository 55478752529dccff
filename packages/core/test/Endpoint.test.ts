import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { parse } from "../src/Endpoint.ts"

const example = "https://api.example.com"

describe("parse", () => {
  for (const address of [example, "http://127.0.0.1:8080", "https://relay.example/vendor/"]) {
    it.effect(`takes ${address}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* parse(address, example)).href, new URL(address).href)
      }),
    )
  }

  for (const address of [
    "",
    "api.example.com",
    "ftp://api.example.com",
    "file:///etc/passwd",
    "https://user@api.example.com",
    "https://user:hunter2@api.example.com",
    "https://api.example.com/?key=hunter2",
    "https://api.example.com/#hunter2",
  ]) {
    it.effect(`refuses ${address}, and does not show it`, () =>
      Effect.gen(function* () {
        const refusal = yield* Effect.flip(parse(address, example))
        assert.deepStrictEqual(
          refusal.issues.map(({ path }) => path),
          ["/baseUrl"],
        )
        assert.include(refusal.message, example)
        assert.notInclude(refusal.message, "hunter2")
      }),
    )
  }
})
