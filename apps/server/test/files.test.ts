import { rmSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { reaches } from "./support/reaches.ts"
import { film, picture, pictureUrl, testServer } from "./support/testServer.ts"

const server = await testServer()
const { ask } = server
const create = "/api/v1/generations"

const made = async (parts: boolean) => {
  const form = new FormData()
  const input = parts ? {} : { image: pictureUrl(server.simulator) }
  form.set("request", JSON.stringify({ model: "vidu/img2video", input }))
  if (parts) form.set("image", new File([picture], "x.html", { type: "text/html" }))
  const { json } = await ask(create, { method: "POST", body: form })
  return (await reaches(server, json.id, "done")).content as string
}
const content = await made(true)
const etag = `"${film.sha256}"`
const get = (headers: Record<string, string>) => ask(content, { headers })

describe("the content", () => {
  it("is the video, with its hash as tag and a name that is good for any disk", async () => {
    const { bytes, headers, status } = await get({})
    expect(status).toBe(200)
    expect(bytes.equals(film.bytes)).toBe(true)
    expect(headers.get("etag")).toBe(etag)
    expect(headers.get("accept-ranges")).toBe("bytes")
    expect(headers.get("content-length")).toBe(String(film.bytes.length))
    expect(headers.get("content-disposition")).toMatch(
      /^inline; filename="img2video-\d{8}-\d{6}-\w{4}\.mp4"$/,
    )
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("content-security-policy")).toContain("sandbox")
  })

  it("comes in part", async () => {
    const { bytes, headers, status } = await get({ range: "bytes=100-199" })
    expect(status).toBe(206)
    expect(headers.get("content-range")).toBe(`bytes 100-199/${film.bytes.length}`)
    expect(headers.get("content-length")).toBe("100")
    expect(bytes.equals(film.bytes.subarray(100, 200))).toBe(true)
    const tail = await get({ range: "bytes=-10", "if-range": etag })
    expect(tail.bytes.equals(film.bytes.subarray(-10))).toBe(true)
    expect((await get({ range: "bytes=0-1", "if-range": '"old"' })).status).toBe(200)
  })

  it("says how large it is where a range lies behind it", async () => {
    const { headers, json, status } = await get({ range: "bytes=999999999-" })
    expect(status).toBe(416)
    expect(json.code).toBe("no-such-range")
    expect(headers.get("content-range")).toBe(`bytes */${film.bytes.length}`)
  })

  it("is not sent again to who has it", async () => {
    const { bytes, headers, status } = await get({ "if-none-match": `"x", ${etag}` })
    expect(status).toBe(304)
    expect(bytes).toHaveLength(0)
    expect(headers.get("etag")).toBe(etag)
  })

  it("can be asked about without being sent", async () => {
    const { bytes, headers, status } = await ask(content, { method: "HEAD" })
    expect(status).toBe(200)
    expect(bytes).toHaveLength(0)
    expect(headers.get("content-length")).toBe(String(film.bytes.length))
  })
})

describe("the thumbnail", () => {
  it("is a picture by its bytes, whatever the caller called it", async () => {
    const { bytes, headers } = await ask(content.replace("content", "thumbnail"))
    expect(headers.get("content-type")).toBe("image/jpeg")
    expect(bytes.length).toBeGreaterThan(0)
  })
})

describe("a file that is not there", () => {
  it("is a problem before it is kept", async () => {
    const model = "volc-cv/jimeng-video-3.0-pro"
    const { json } = await ask(create, { json: { model, input: { prompt: "[[50413 always]]" } } })
    const answer = await ask(`${create}/${json.id}/content`)
    expect(answer.status).toBe(404)
    expect(answer.json.code).toBe("not-kept")
    expect((await ask(`${create}/${json.id}/thumbnail`)).json.code).toBe("not-kept")
  })

  it("is a problem after somebody deleted it, and no stack", async () => {
    const other = await testServer({ simulator: server.simulator })
    const image = pictureUrl(server.simulator)
    const { json } = await other.ask(create, {
      json: { model: "vidu/img2video", input: { image } },
    })
    await reaches(other, json.id, "done")
    rmSync(join(other.dataDir, "artifacts"), { recursive: true })
    const answer = await other.ask(`${create}/${json.id}/content`)
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain(other.dataDir)
    expect(other.logged()).toContain("a kept file cannot be read")
  })
})
