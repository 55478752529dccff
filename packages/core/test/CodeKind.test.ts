import { assert, describe, it } from "@effect/vitest"
import { type CodeKind, type Documented, reasonOfKind } from "../src/CodeKind.ts"
import type { Reason } from "../src/Reason.ts"

const tags: { readonly [K in CodeKind]: Reason["_tag"] } = {
  "rate-limited": "RateLimited",
  "concurrency-limited": "ConcurrencyLimited",
  "provider-fault": "ProviderFault",
  unauthorized: "Unauthorized",
  forbidden: "Forbidden",
  "invalid-request": "InvalidRequest",
  "not-found": "InvalidRequest",
  "generation-failed": "GenerationFailed",
  "input-moderated": "Moderated",
  "output-moderated": "Moderated",
  cancelled: "Cancelled",
}

const documented: Documented = {
  retryable: "no",
  meaning: "what the table says",
  advice: "what the document advises",
  retryAfterMillis: 1500,
}

describe("reasonOfKind", () => {
  it.each(Object.entries(tags))("%s is %s, with all that is documented", (kind, tag) => {
    const reason = reasonOfKind(kind as CodeKind, documented)
    assert.strictEqual(reason._tag, tag)
    if (reason._tag !== "Cancelled") {
      assert.deepStrictEqual(
        Object.keys(documented).map((key) => reason[key as keyof typeof reason]),
        Object.values(documented),
      )
    }
  })

  it("tells a review of what was given from one of what was made", () => {
    assert.include(reasonOfKind("input-moderated", documented), { stage: "input" })
    assert.include(reasonOfKind("output-moderated", documented), { stage: "output" })
  })
})
