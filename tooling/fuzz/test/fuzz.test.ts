/** A short run of the real thing, and proof that its rules can be broken. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { caseOf } from "../src/caseOf.ts"
import { contractOf } from "../src/Contract.ts"
import { fuzz } from "../src/fuzz.ts"

const contract = contractOf({
  paths: {
    "/things/{id}": {
      get: {
        parameters: [{ name: "id", in: "path", schema: { type: "string" } }],
        security: [{}],
        responses: {
          200: {
            content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } },
          },
          204: {},
        },
      },
    },
  },
  components: {
    schemas: {
      Thing: { type: "object", required: ["id"], properties: { id: { type: "string" } } },
    },
  },
})
const [operation] = contract.operations

const faults = (status: number, mediaType: string | undefined, body: string) =>
  operation === undefined
    ? ["no operation"]
    : contract.faultsOf("GET", operation, { status, mediaType, body: Buffer.from(body) })

describe("an answer", () => {
  it("is held against the document", () => {
    expect(faults(200, "application/json", '{"id":"a"}')).toEqual([])
    expect(faults(204, undefined, "")).toEqual([])
  })

  it.each([
    [418, "application/json", "{}", "418 is not announced"],
    [200, "text/html", "<p>", "200 as text/html is not announced"],
    [200, "application/json", "{}", "must have required property 'id'"],
    [200, "application/json", "{", "200 holds no JSON"],
    [204, undefined, "a", "204 should have no body"],
  ])("of %d as %s, %s is a fault", (status, mediaType, body, words) => {
    expect(faults(status, mediaType, body).join()).toContain(words)
  })
})

it("a case is the same each time, and another for another seed", () => {
  const world = { contract, examples: [], ids: ["a"] }
  const numbers = Array.from({ length: 200 }, (_, number) => number)
  const all = (seed: number) => numbers.map((number) => caseOf(seed, number, world))
  expect(all(1)).toEqual(all(1))
  expect(all(1)).not.toEqual(all(2))
})

it("finds nothing in a server that keeps to its document", async () => {
  const { faults: found, neverSucceeded, statuses } = await fuzz({ seed: 11, cases: 300 })
  expect(found).toEqual([])
  // It has been inside, not only at the door.
  expect(neverSucceeded.length).toBeLessThan(10)
  expect(statuses["400"]).toBeGreaterThan(40)
})

it("refuses what it cannot do before it starts anything", () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [main, "--cases", "many"], {
    encoding: "utf8",
  })
  expect(status).toBe(2)
  expect(stderr).toContain("--cases is many; it must be a whole number from 0 to 1000000")
})
