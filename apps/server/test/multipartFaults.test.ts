import { MultipartStream } from "@effect/platform-node/NodeMultipartParser"
import { expect, it } from "vitest"
import { testServer } from "./support/testServer.ts"

it("a fault in a form that nobody reads any more ends no process", async () => {
  const { url } = await testServer()
  const headers = { "content-type": "multipart/form-data; boundary=b" }
  const unread = new MultipartStream({ headers })
  expect(unread.emit("error", { _tag: "InvalidDisposition" })).toBe(false)
  const told: Array<unknown> = []
  const read = new MultipartStream({ headers })
  read.on("error", (fault) => told.push(fault))
  expect(read.emit("error", { _tag: "InvalidDisposition" })).toBe(true)
  expect(told).toEqual([{ _tag: "InvalidDisposition" }])
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
})
