import { createConfig, lintFromString } from "@redocly/openapi-core"
import { expect, it } from "vitest"
import { Problem } from "@zoetrope/api"
import { document } from "./support/openapi.ts"
import { testServer } from "./support/testServer.ts"

const { ask } = await testServer()

it("describes itself in a document that a linter takes", async () => {
  const served = await ask("/openapi.json")
  expect(served.json).toEqual(JSON.parse(JSON.stringify(document)))
  const problems = await lintFromString({
    source: served.text,
    absoluteRef: "openapi.json",
    config: await createConfig({ extends: ["recommended-strict"] }),
  })
  const found = problems.map(
    ({ location, message, ruleId }) => `${ruleId}: ${message} (${location[0]?.pointer})`,
  )
  expect(found).toEqual([])
})

it("has a page for people, whose scripts and styles are its own", async () => {
  const page = await ask("/docs")
  expect(page.headers.get("content-type")).toContain("text/html")
  expect(page.text).not.toMatch(/<(script|link)[^>]+(src|href)="https?:/)
})

it("explains each code where problems lead to", async () => {
  const page = await ask(Problem.errorsPage)
  for (const code of Object.keys(Problem.codes)) expect(page.text).toContain(`id="${code}"`)
  const { type } = (await ask("/api/v1/generations?limit=0")).json
  expect(type).toBe("/docs/errors#invalid-request")
})
