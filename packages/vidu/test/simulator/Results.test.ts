import { mediaFacts, pictureFacts, type Simulator } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import {
  created,
  creationOf,
  creations,
  dataUri,
  type Fields,
  pass,
  png,
  record,
  start,
  startWithFilms,
} from "./support.ts"

const finish = async (simulator: Simulator, fields: Fields = {}): Promise<Fields> => {
  const id = await created(simulator, fields)
  await pass(simulator, 600)
  const creation = creationOf(await creations(simulator, id))
  expect(creation["id"]).not.toBe(id)
  return creation
}

const download = async (link: unknown): Promise<Buffer> => {
  const response = await fetch(String(link))
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

describe("a finished task", () => {
  it("has a film of the asked length and a cover", { timeout: 30_000 }, async () => {
    const simulator = await startWithFilms(1000)
    const creation = await finish(simulator, { duration: 2 })
    const film = await mediaFacts(await download(creation["url"]))
    expect(film).toMatchObject({ width: 640, height: 360, codec: "avc" })
    expect(film?.seconds).toBeCloseTo(2, 2)
    expect(creation["video"]).toEqual({
      duration: 2,
      fps: 24,
      resolution: { width: 640, height: 360 },
    })
    const cover = await fetch(String(creation["cover_url"]))
    expect(cover.headers.get("content-type")).toBe("image/jpeg")
    const picture = await pictureFacts(Buffer.from(await cover.arrayBuffer()))
    expect(picture).toEqual({ width: 640, height: 360, format: "jpeg" })
    expect(creation["watermarked_url"]).toBe("")
  })

  it.each([
    [100, 400],
    [300, 300],
    [400, 100],
  ])("has the ratio of a picture of %d by %d", async (width, height) => {
    const simulator = await startWithFilms(4)
    const creation = await finish(simulator, { images: [dataUri(png(width, height))] })
    const film = (await mediaFacts(await download(creation["url"])))!
    expect(film.width / film.height).toBeCloseTo(width / height, 1)
  })

  it("has another film with the mark where one is asked for", async () => {
    const simulator = await startWithFilms(4)
    const [first, moved, plain] = [
      await finish(simulator, { watermark: true }),
      await finish(simulator, { watermark: true, wm_position: 1 }),
      await finish(simulator),
    ]
    const unmarked = await download(first["url"])
    expect(unmarked.equals(await download(plain["url"]))).toBe(true)
    const marked = await download(first["watermarked_url"])
    expect(await mediaFacts(marked)).toEqual(await mediaFacts(unmarked))
    expect(marked.equals(unmarked)).toBe(false)
    expect(marked.equals(await download(moved["watermarked_url"]))).toBe(false)
  })

  it("has the caller's own mark", async () => {
    const simulator = await startWithFilms(4)
    const own = simulator.inputs.add("mark.png", png(64, 64), "image/png")
    const [mine, usual] = [
      await finish(simulator, { watermark: true, wm_url: own }),
      await finish(simulator, { watermark: true }),
    ]
    const marked = await download(mine["watermarked_url"])
    expect(marked.equals(await download(usual["watermarked_url"]))).toBe(false)
    await finish(simulator, {
      watermark: true,
      wm_url: "https://example.com/m.png?X-Amz-Signature=1",
    })
    expect(simulator.ledger().tasks.map(({ notes }) => notes)).toEqual([
      [],
      [],
      ["picture at example.com/m.png was not fetched"],
    ])
  })
})

describe("the size promised", () => {
  it.each<readonly [resolution: string, picture: readonly [number, number], size: string]>([
    ["540p", [1600, 900], "960 x 540"],
    ["720p", [1600, 900], "1280 x 720"],
    ["1080p", [900, 1600], "1080 x 1920"],
    // Real ones were 828 x 624 and 988 x 932.
    ["540p", [400, 300], "832 x 624"],
    ["720p", [247, 233], "988 x 932"],
  ])("at %s of a picture of %j is %s", async (resolution, [width, height], size) => {
    const images = [dataUri(png(width, height))]
    const { video } = await finish(await start(), { resolution, images })
    const { width: across, height: down } = record(record(video)["resolution"])
    expect([across, down].join(" x ")).toBe(size)
  })
})

describe("links", () => {
  it("tell in their query when they die, and the cover's does long before the film's", async () => {
    const simulator = await start()
    const creation = await finish(simulator, { watermark: true })
    const [film, cover, marked] = [
      creation["url"],
      creation["cover_url"],
      creation["watermarked_url"],
    ].map(String)
    const lifeOf = (link = "") => new URL(link).searchParams.get("X-Amz-Expires")
    expect([film, cover, marked].map(lifeOf)).toEqual(["86400", "3600", "86400"])
    const date = new URL(film ?? "").searchParams.get("X-Amz-Date") ?? ""
    const signedAt = Date.parse(date.replace(/^(....)(..)(..T..)(..)(..)Z$/, "$1-$2-$3:$4:$5Z"))
    expect(Math.abs(simulator.clock.now() - signedAt)).toBeLessThan(2000)

    const statuses = () =>
      Promise.all(
        [film, cover, marked].map(
          async (link = "") => (await fetch(link, { method: "HEAD" })).status,
        ),
      )
    simulator.clock.advance(3590)
    expect(await statuses()).toEqual([200, 200, 200])
    simulator.clock.advance(11)
    expect(await statuses()).toEqual([200, 403, 200])
    simulator.clock.advance(86_400 - 3600)
    expect(await statuses()).toEqual([403, 403, 403])
    const again = creationOf(await creations(simulator, simulator.ledger().tasks[0]?.id))
    expect(again["id"]).toBe(creation["id"])
    await download(again["url"])
    await download(again["cover_url"])
  })

  it("live as long as the simulator's option says", async () => {
    const simulator = await start({ linkSeconds: 10 })
    const { url, cover_url: cover } = await finish(simulator)
    for (const link of [url, cover].map(String)) {
      expect(new URL(link).searchParams.get("X-Amz-Expires")).toBe("10")
    }
  })

  it("must be sent as they are, and are for one file only", async () => {
    const simulator = await start()
    const link = String((await finish(simulator))["url"])
    const tampered = [
      link.replaceAll("%2F", "/"),
      link.replace("X-Amz-Expires=86400", "X-Amz-Expires=864000"),
      link.replace("video.mp4", "cover.jpeg"),
      link.slice(0, link.indexOf("?")),
      `${link}&more=1`,
    ]
    for (const one of tampered) {
      expect(one).not.toBe(link)
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      const answer = await fetch(one)
      expect([one, answer.status]).toEqual([one, 403])
      // oxlint-disable-next-line no-await-in-loop -- a few requests on loopback
      expect(await answer.text()).toContain("SignatureDoesNotMatch")
    }
    await download(link)
  })
})
