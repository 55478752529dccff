import { assert, describe, it } from "@effect/vitest"
import { Context } from "effect"
import { OpenApi } from "effect/http-api"
import * as Access from "../src/Access.ts"
import { Api } from "../src/Api.ts"
import { codes } from "../src/Problem.ts"

const document = OpenApi.fromApi(Api)
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({
    name: `${method.toUpperCase()} ${path}`,
    operation: operation as OpenApi.OpenAPISpecOperation,
  })),
)

describe("access", () => {
  it("is for keys, but for what tells whether the server lives", () => {
    const open = operations.filter(({ operation }) => operation.security.length === 0)
    assert.deepStrictEqual(
      open.map(({ name }) => name),
      ["GET /api/v1/health", "GET /api/v1/readiness"],
    )
  })

  it("wants a key that may create for whatever changes or costs something", () => {
    const costly = Object.values(Api.groups)
      .flatMap(({ endpoints }) => Object.values(endpoints))
      .filter(({ method }) => method !== "GET")
    assert.isNotEmpty(costly)
    for (const { annotations, identifier } of costly) {
      assert.strictEqual(Context.get(annotations, Access.RequiredScope), "create", identifier)
    }
  })

  it("is for admins where an endpoint does not say", () => {
    assert.strictEqual(Context.get(Context.empty(), Access.RequiredScope), "admin")
  })

  it.each([
    ["read", "read", true],
    ["read", "create", false],
    ["create", "read", true],
    ["create", "admin", false],
    ["admin", "create", true],
  ] as const)("with a key for %s to what wants %s: %s", (scope, required, expected) => {
    assert.strictEqual(Access.covers(scope, required), expected)
  })
})

describe("the document", () => {
  it("is of OpenAPI 3.1, and each operation has a summary", () => {
    assert.match(document.openapi, /^3\.1\./)
    for (const { name, operation } of operations) assert.isNotEmpty(operation.summary, name)
  })

  it("knows errors of our own routes only as problems", () => {
    const own = operations.filter(({ name }) => name.includes(" /api/v1/"))
    assert.isNotEmpty(own)
    for (const { name, operation } of own) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue
        assert.deepStrictEqual(Object.keys(content ?? {}), ["application/problem+json"], name)
      }
    }
  })

  it("describes problems with the codes of the table, and their status", () => {
    const described = Object.values(document.components.schemas).flatMap((schema) => {
      const { properties } = schema as Schemed
      const code = properties?.["code"]?.enum?.[0]
      return code === undefined ? [] : [[code, properties?.["status"]?.enum?.[0]] as const]
    })
    assert.isAbove(described.length, 15)
    const statuses = new Map<unknown, number>(
      Object.entries(codes).map(([code, { status }]) => [code, status]),
    )
    for (const [code, status] of described) assert.strictEqual(statuses.get(code), status)
  })
})

interface Schemed {
  readonly properties?: Readonly<
    Record<string, { readonly enum?: ReadonlyArray<string | number> } | undefined>
  >
}
