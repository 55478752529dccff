import { makeDialect } from "@zoetrope/vidu/simulator"
import { describe, expect, it } from "vitest"
import { call, create, dataUri, type Fields, outcome, png, sample, start } from "./support.ts"

/**
 * The document's table.
 *
 * @see https://platform.vidu.com/docs/image-to-video (copy of 2026-08)
 */
const matrix: ReadonlyArray<
  readonly [model: string, allowed: ReadonlyArray<string>, byDefault: string, audio: boolean]
> = [
  ["viduq3-pro", pairs(16, "540p 720p 1080p"), "5 720p", true],
  ["viduq3-turbo", pairs(16, "540p 720p 1080p"), "5 720p", true],
  ["viduq3-pro-fast", pairs(16, "720p 1080p"), "5 720p", true],
  ["viduq2-pro", pairs(10, "540p 720p 1080p"), "5 720p", false],
  ["viduq2-turbo", pairs(10, "540p 720p 1080p"), "5 720p", false],
  ["viduq2-pro-fast", pairs(10, "720p 1080p"), "5 720p", false],
  ["viduq1", ["5 1080p"], "5 1080p", false],
  ["viduq1-classic", ["5 1080p"], "5 1080p", false],
  ["vidu2.0", ["4 360p", "4 720p", "4 1080p", "8 720p"], "4 360p", false],
]

function pairs(longest: number, resolutions: string): ReadonlyArray<string> {
  const durations = Array.from({ length: longest }, (_, index) => index + 1)
  return durations.flatMap((duration) => resolutions.split(" ").map((one) => `${duration} ${one}`))
}

describe("the model's limits", () => {
  it.each(matrix)("of %s are those of the document", async (model, allowed, byDefault, audio) => {
    const simulator = await start()
    const { json } = await create(simulator, { model, duration: undefined })
    const chosen = [json["duration"], json["resolution"]].join(" ")
    expect([chosen, json["audio"]]).toEqual([byDefault, audio])
    const asked = ["0 720p", ...pairs(17, "360p 540p 720p 1080p 2K")]
    const statuses = await Promise.all(
      asked.map(async (pair) => {
        const [duration, resolution] = pair.split(" ")
        return (await create(simulator, { model, duration: Number(duration), resolution })).status
      }),
    )
    expect(asked.filter((_, index) => statuses[index] === 200)).toEqual(allowed)
    expect(new Set(statuses)).toEqual(new Set([200, 400]))
  })

  it("give the duration's own resolution where none is asked for", async () => {
    const { json } = await create(await start(), { model: "vidu2.0", duration: 8 })
    expect(json["resolution"]).toBe("720p")
  })
})

describe("a create", () => {
  it("is answered with the request, its defaults and what real answers have besides", async () => {
    const simulator = await start()
    const { status, json } = await create(simulator, { prompt: "a cat", payload: "mine" })
    expect(status).toBe(200)
    expect(json).toEqual({
      task_id: expect.stringMatching(/^\d{18}$/),
      type: "img2video",
      state: "created",
      model: "viduq2-turbo",
      style: "general",
      prompt: "a cat",
      images: [sample(simulator)],
      duration: 1,
      seed: expect.any(Number),
      aspect_ratio: "",
      resolution: "720p",
      movement_amplitude: "auto",
      audio: false,
      audio_type: "all",
      bgm: false,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
      credits: 8,
      payload: "mine",
      cus_priority: 0,
      off_peak: false,
      watermark: false,
      is_rec: false,
      wm_position: "unspecified",
      wm_url: "",
      meta_data: "",
      client_request_id: "",
    })
    // No double holds it.
    expect(String(Number(json["task_id"]))).not.toBe(json["task_id"])
  })

  it("draws a seed where none or 0 is given, and keeps one that is", async () => {
    const simulator = await start()
    const seeds = await Promise.all(
      [undefined, 0, null, 42].map(
        async (seed) => (await create(simulator, { seed })).json["seed"],
      ),
    )
    expect(seeds[3]).toBe(42)
    expect(new Set(seeds).size).toBe(4)
    for (const seed of seeds) {
      expect(seed).toBeGreaterThan(0)
      expect(seed).toBeLessThan(2 ** 31)
    }
  })

  it.each([
    [1, "top_left"],
    [2, "top_right"],
    [3, "bottom_right"],
    [4, "bottom_left"],
    [undefined, "bottom_right"],
  ])("names the watermark's position %s as %s", async (position, name) => {
    const answer = await create(await start(), { watermark: true, wm_position: position })
    expect(answer.json["wm_position"]).toBe(name)
  })
})

const text = (length: number) => "字".repeat(length)
const url = "https://example.com/cat.png"

const taken: ReadonlyArray<Fields> = [
  { prompt: text(5000) },
  { prompt: "😀".repeat(5000) },
  { prompt: "" },
  { prompt: null },
  { payload: text(1_048_576) },
  { audio: true, audio_type: "speech_only", voice_id: "professional_host" },
  { audio_type: "sound_effect_only" },
  { voice_id: "professional_host" },
  { is_rec: true, bgm: true },
  { movement_amplitude: "large" },
  { off_peak: true },
  { model: "viduq3-turbo", off_peak: true },
  { model: "viduq3-pro-fast", movement_amplitude: "small" },
  { wm_position: 4 },
  { watermark: true, wm_url: url },
  { meta_data: '{"Label":"mine","anything":1}' },
  { callback_url: "https://example.com/hook?job=1" },
  { images: ["https://example.com/a.png?x=1"] },
  { images: [dataUri(png(400, 100))] },
  { images: [dataUri(png(100, 400))] },
]

const refused: ReadonlyArray<readonly [fields: Fields, reason: string, message?: RegExp]> = [
  [{ model: undefined }, "FieldLacking", /^field is missing or empty: model$/],
  [{ model: "", images: [] }, "FieldLacking", /: model, images$/],
  [{ images: undefined }, "FieldLacking", /: images$/],
  [{ images: [""] }, "FieldLacking", /: images$/],
  [{ images: [url, url] }, "FieldItemCountOutOfRange"],
  [{ images: url }, "FieldInvalid", /^invalid field: images$/],
  [{ images: [1] }, "FieldInvalid"],
  [{ images: ["ftp://example.com/a.png"] }, "FieldInvalid"],
  [{ images: ["iVBORw0KGgo="] }, "FieldInvalid"],
  [{ model: "viduq2" }, "FieldInvalid", /: model$/],
  [{ model: "viduq3" }, "FieldInvalid"],
  [{ model: "vidu1.5" }, "FieldInvalid"],
  [{ aspect_ratio: "16:9" }, "FieldUnwanted", /^unwanted field: aspect_ratio$/],
  [{ style: "general", client_request_id: "1" }, "FieldUnwanted", /: style, client_request_id$/],
  [{ prompt: text(5001) }, "FieldInvalid", /: prompt$/],
  [{ prompt: 1 }, "FieldInvalid"],
  [{ payload: text(1_048_577) }, "FieldInvalid", /: payload$/],
  [{ payload: {} }, "FieldInvalid"],
  [{ duration: "5" }, "FieldInvalid", /: duration$/],
  [{ duration: 1.5 }, "FieldInvalid"],
  [{ duration: 11 }, "FieldInvalid"],
  [{ resolution: "360p" }, "FieldInvalid", /: resolution$/],
  [{ seed: "1" }, "FieldInvalid", /: seed$/],
  [{ seed: 1.5 }, "FieldInvalid"],
  [{ audio: "true" }, "FieldInvalid", /: audio$/],
  [{ audio_type: "music" }, "FieldInvalid"],
  [{ movement_amplitude: "standard" }, "FieldInvalid"],
  [{ audio: true, off_peak: true }, "FieldInvalid", /: off_peak$/],
  [{ model: "viduq3-pro", audio: false, off_peak: true }, "FieldInvalid", /: off_peak$/],
  [{ watermark: "true" }, "FieldInvalid"],
  [{ wm_position: 0 }, "FieldInvalid"],
  [{ wm_position: 5 }, "FieldInvalid"],
  [{ wm_position: "bottom_right" }, "FieldInvalid"],
  [{ wm_url: "cat.png" }, "FieldInvalid"],
  [{ meta_data: "text" }, "FieldInvalid"],
  [{ meta_data: "[]" }, "FieldInvalid"],
  [{ meta_data: { Label: "mine" } }, "FieldInvalid"],
  [{ callback_url: "hook" }, "FieldInvalid", /: callback_url$/],
  [{ images: [dataUri(png(401, 100))] }, "PageSizeOutOfRange"],
  [{ images: [dataUri(png(100, 401))] }, "PageSizeOutOfRange"],
  [{ images: [dataUri(png(100, 100), "jpeg")] }, "ImageFormatInvalid"],
  [{ images: [dataUri(Buffer.from("GIF89a"), "gif")] }, "ImageFormatInvalid"],
  [{ images: [dataUri(Buffer.from("no picture"))] }, "ImageFormatInvalid"],
  [{ images: ["data:image/png;base64,@@@@"] }, "ImageFormatInvalid"],
  [{ images: ["data:image/png;base64,"] }, "ImageFormatInvalid"],
]

describe("the parameters", () => {
  it.each(taken.map((fields) => [shown(fields), fields] as const))(
    "takes %s",
    async (_, fields) => {
      const { status, json } = await create(await start(), fields)
      expect([status, json["reason"]]).toEqual([200, undefined])
    },
  )

  it.each(refused.map((row) => [shown(row[0]), ...row] as const))(
    "refuses %s",
    async (_, fields, reason, message = /./) => {
      const simulator = await start()
      const answer = await create(simulator, fields)
      expect(outcome(answer)).toEqual([400, reason])
      expect(answer.json["message"]).toMatch(message)
      expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 1 })
    },
  )

  it("refuses a body of more than 20 MB", async () => {
    const simulator = await start()
    const spaces = " ".repeat(20 * 1024 * 1024)
    const answer = await call(simulator, "POST img2video", { body: `{${spaces}}` })
    expect(outcome(answer)).toEqual([400, "BadRequest"])
  })
})

describe("the price list", () => {
  it.each<readonly [credits: number, fields: Fields]>([
    [45, { model: "viduq3-pro", duration: 5, resolution: "540p" }],
    [200, { model: "viduq3-pro", duration: 10 }],
    [384, { model: "viduq3-pro", duration: 16, resolution: "1080p" }],
    [13, { model: "viduq3-turbo", resolution: "1080p" }],
    // Half of 13 and of 7, rounded up.
    [7, { model: "viduq3-turbo", resolution: "1080p", off_peak: true }],
    [4, { model: "viduq3-turbo", resolution: "540p", off_peak: true }],
    [75, { model: "viduq3-pro-fast", duration: 5, resolution: "1080p" }],
    // The one price that a real answer confirms.
    [70, { model: "viduq2-pro", duration: 2, resolution: "1080p" }],
    [25, { model: "viduq2-pro", duration: 5, resolution: "540p" }],
    [55, { model: "viduq2-pro", duration: 5 }],
    [14, { model: "viduq2-turbo", duration: 5, resolution: "540p" }],
    [8, { model: "viduq2-turbo" }],
    [40, { model: "viduq2-turbo", duration: 5 }],
    [55, { model: "viduq2-turbo", duration: 5, audio: true }],
    [75, { model: "viduq2-turbo", duration: 5, resolution: "1080p" }],
    [16, { model: "viduq2-pro-fast", duration: 5 }],
    [50, { model: "viduq2-turbo", duration: 5, is_rec: true }],
    [80, { model: "viduq1", duration: 5 }],
    [40, { model: "viduq1", duration: 5, off_peak: true }],
    [20, { model: "vidu2.0", duration: 4 }],
    [40, { model: "vidu2.0", duration: 4, resolution: "720p" }],
    [100, { model: "vidu2.0", duration: 8, resolution: "720p" }],
  ])("asks %d credits for %j", async (credits, fields) => {
    expect((await create(await start(), fields)).json["credits"]).toBe(credits)
  })

  it("is charged until nothing is left, for all keys of an organisation", async () => {
    const simulator = await start({ dialects: [makeDialect({ credits: 20 })] })
    expect((await create(simulator)).status).toBe(200)
    expect((await create(simulator)).status).toBe(200)
    const third = await create(simulator)
    expect(outcome(third)).toEqual([400, "CreditInsufficient"])
    const { json } = await call(simulator, "GET credits")
    expect(json["remains"]).toMatchObject([{ credit_remain: 4 }])
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, credits: 16 })
  })
})

function shown(fields: Fields): string {
  return JSON.stringify(fields, (_, value: unknown) => value ?? null).slice(0, 70)
}
