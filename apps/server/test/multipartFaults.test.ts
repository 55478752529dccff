import { expect, it } from "vitest"
import { testServer } from "./support/testServer.ts"

it("a form with many faults in one piece ends no process", async () => {
  const { url } = await testServer()
  const part = "--b\r\nContent-Disposition: nonsense\r\n\r\nx\r\n"
  const broken = `${part.repeat(20)}--b--\r\n`
  const statuses = await Promise.all(
    ["/api/v1/generations", "/v1/videos"].flatMap((path) =>
      Array.from({ length: 5 }, async () => {
        const answer = await fetch(`${url}${path}`, {
          method: "POST",
          headers: { "content-type": "multipart/form-data; boundary=b" },
          body: broken,
        })
        await answer.text()
        return answer.status
      }),
    ),
  )
  expect(new Set(statuses)).toEqual(new Set([400]))
  expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
})
