import { demoAccount } from "@zoetrope/simulator"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { reaches } from "./support/reaches.ts"
import { film, pictureUrl, testServer } from "./support/testServer.ts"

const server = await testServer()
const { ask } = server

interface Field {
  readonly name: string
  readonly title: { readonly en: string; readonly zh: string }
}
interface Model {
  readonly id: string
  readonly fields: ReadonlyArray<Field>
  readonly schema: { readonly examples: ReadonlyArray<unknown>; readonly properties: object }
}

describe("models", () => {
  it("have their fields in two languages, and a schema that takes their examples", async () => {
    const models = (await ask("/api/v1/models")).json as ReadonlyArray<Model>
    expect(models).toHaveLength(6)
    for (const { fields, id, schema } of models) {
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema)
      expect(schema.examples.filter((example) => !validate(example))).toEqual([])
      expect(schema.examples).not.toEqual([])
      expect(validate({ nonsense: 1 })).toBe(false)
      expect(fields.map(({ name }) => name)).toEqual(Object.keys(schema.properties))
      for (const { name, title } of fields) {
        expect(`${id} ${name}: ${title.zh}`).toMatch(/\p{Script=Han}/u)
        expect(`${id} ${name}: ${title.en}`).not.toMatch(/\p{Script=Han}/u)
      }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      expect((await ask(`/api/v1/models/${id}`)).json.id).toBe(id)
    }
  })

  it("that there are not are named in the problem", async () => {
    const answer = await ask("/api/v1/models/vidu/none")
    expect(answer.status).toBe(404)
    expect(answer.json.detail).toContain("vidu/none")
  })
})

describe("accounts", () => {
  it("are told by name and fingerprint, and no secret with them", async () => {
    const { json, text } = await ask("/api/v1/accounts")
    expect(json).toHaveLength(2)
    expect(json[0].key).toMatch(/^[0-9a-f]{12}$/)
    expect(text).not.toContain(demoAccount.secret)
    expect(text).not.toContain(demoAccount.id)
  })
})

describe("the server", () => {
  it("is well and ready, and counts what it has", async () => {
    expect((await ask("/api/v1/health")).json).toEqual({ status: "ok" })
    expect((await ask("/api/v1/readiness")).json).toEqual({ status: "ready" })
    const input = { image: pictureUrl(server.simulator) }
    const { json } = await ask("/api/v1/generations", { json: { model: "vidu/img2video", input } })
    await reaches(server, json.id, "done")
    expect((await ask("/api/v1/stats")).json).toEqual({
      states: { done: 1 },
      submits: 1,
      tasks: 1,
      artifacts: { files: expect.any(Number), bytes: expect.any(Number) },
      listeners: 0,
    })
    const { artifacts } = (await ask("/api/v1/stats")).json
    expect(artifacts.bytes).toBeGreaterThanOrEqual(film.bytes.length)
  })
})
