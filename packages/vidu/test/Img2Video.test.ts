import { assert, describe, it } from "@effect/vitest"
import { toFields } from "@zoetrope/core/CommonFields"
import { check, fields, jsonSchema } from "@zoetrope/core/Model"
import { Result } from "effect"
import { Models } from "../src/index.ts"
import { maxRequestBytes, pictureLimits } from "../src/models/firstFrame.ts"
import { variants } from "../src/models/Img2VideoMatrix.ts"
import { early, matrix } from "./fixtures/documents.ts"
import { leastInput } from "./support/account.ts"
import { jpeg, png, turnedJpeg, webp } from "./support/pictures.ts"

const model = Models.img2video

const checked = (input: Record<string, unknown>) => check(model, { ...leastInput, ...input })

/** Paths of the fields that are refused; none where the input passes. */
const refused = (input: Record<string, unknown>): ReadonlyArray<string> => {
  const result = checked(input)
  return Result.isSuccess(result) ? [] : result.failure.issues.map(({ path }) => path)
}

const warnings = (input: Record<string, unknown>): ReadonlyArray<string> =>
  Result.getOrThrow(checked(input)).warnings

describe("the matrix", () => {
  const resolutions = ["360p", "540p", "720p", "1080p"]

  it("has the document's models and one more", () => {
    assert.sameMembers(
      variants.map(({ name }) => name),
      [...matrix.map(([name]) => name), ...early],
    )
  })

  for (const [name, [least, most], allowed] of matrix) {
    it(`lets ${name} make ${least} to ${most} s in ${allowed.join(", ")} and nothing else`, () => {
      for (let duration = 1; duration <= 17; duration++) {
        const fits = duration >= least && duration <= most
        assert.deepStrictEqual(refused({ model: name, duration }), fits ? [] : ["/duration"])
      }
      for (const resolution of resolutions) {
        const fits = allowed.some((one) => one === resolution)
        assert.deepStrictEqual(refused({ model: name, resolution }), fits ? [] : ["/resolution"])
      }
    })
  }

  for (const name of early) {
    it(`lets ${name} make 4 s in three resolutions and 8 s in one`, () => {
      for (let duration = 1; duration <= 17; duration++) {
        const fits = duration === 4 || duration === 8
        assert.deepStrictEqual(refused({ model: name, duration }), fits ? [] : ["/duration"])
      }
      for (const resolution of resolutions) {
        const short = refused({ model: name, resolution })
        assert.deepStrictEqual(short, resolution === "540p" ? ["/resolution"] : [])
        const long = refused({ model: name, duration: 8, resolution })
        assert.deepStrictEqual(long, resolution === "720p" ? [] : ["/resolution"])
      }
    })
  }

  it("is that of viduq3-turbo where no model is named", () => {
    assert.deepStrictEqual(refused({ resolution: "540p", duration: 16 }), [])
    assert.deepStrictEqual(refused({ resolution: "360p" }), ["/resolution"])
  })

  it("says what was given and what is allowed, and where the document says so", () => {
    const [issue] = Result.getOrThrow(Result.flip(checked({ model: "viduq1", duration: 8 }))).issues
    assert.deepStrictEqual(issue, {
      document: "https://platform.vidu.cn/docs/image-to-video",
      path: "/duration",
      message: "is no length of viduq1",
      given: "8 s",
      allowed: "5 s",
    })
  })

  it("takes any other name, checks it less and says so", () => {
    const input = { model: "viduq9-ultra", duration: 60, resolution: "360p", off_peak: true }
    assert.deepStrictEqual(refused(input), [])
    assert.lengthOf(warnings(input), 1)
    assert.include(warnings(input)[0], "viduq9-ultra")
    for (const name of ["viduq2", "viduq3", "viduq3-mix"]) {
      assert.include(warnings({ model: name })[0], "reference to video")
    }
    assert.include(warnings({ model: "vidu1.5" })[0], "not in the document any more")
    for (const name of ["", "vidu q2", "viduq2\n", "x".repeat(65)]) {
      assert.deepStrictEqual(refused({ model: name }), ["/model"])
    }
  })
})

describe("rules between fields", () => {
  for (const [what, input, path] of [
    ["sound off-peak with q2", { model: "viduq2-pro", audio: true, off_peak: true }, "/off_peak"],
    ["sound off-peak with 2.0", { model: "vidu2.0", audio: true, off_peak: true }, "/off_peak"],
    [
      "silence off-peak with q3-pro",
      { model: "viduq3-pro", audio: false, off_peak: true },
      "/off_peak",
    ],
    ["silence off-peak with q3-turbo", { audio: false, off_peak: true }, "/off_peak"],
    ["sound off-peak with q3, by default", { off_peak: true }, undefined],
    ["sound off-peak with q3", { audio: true, off_peak: true }, undefined],
    [
      "silence off-peak with q3-pro-fast",
      { model: "viduq3-pro-fast", audio: false, off_peak: true },
      undefined,
    ],
    ["silence off-peak with q1, by default", { model: "viduq1", off_peak: true }, undefined],
    ["sound with q2", { model: "viduq2-pro", audio: true, off_peak: false }, undefined],
  ] as const) {
    it(`${path === undefined ? "allow" : "refuse"} ${what}`, () => {
      assert.deepStrictEqual(refused(input), path === undefined ? [] : [path])
      if (path === undefined) assert.deepStrictEqual(warnings(input), [])
    })
  }

  for (const [what, input, word] of [
    ["bgm with q3", { bgm: true }, "bgm"],
    ["bgm with q2 at 9 s", { model: "viduq2-pro", bgm: true, duration: 9 }, "bgm"],
    ["bgm with q2 at 10 s", { model: "viduq2-turbo", bgm: true, duration: 10 }, "bgm"],
    ["movement with q3", { movement_amplitude: "large" }, "movement_amplitude"],
    [
      "movement with q2",
      { model: "viduq2-pro", movement_amplitude: "small" },
      "movement_amplitude",
    ],
    ["a voice without sound", { audio: false, voice_id: "x" }, "without audio"],
    ["a voice without sound, by default", { model: "viduq1", voice_id: "x" }, "without audio"],
    ["a voice with q3", { voice_id: "x" }, "voice_id does nothing with viduq3-turbo"],
    ["a kind of sound without sound", { audio: false, audio_type: "all" }, "without audio"],
    ["split sound with q3", { audio_type: "speech_only" }, "audio_type"],
    ["a place without a watermark", { wm_position: 1 }, "wm_position"],
    ["a mark without a watermark", { wm_url: "https://example.com/a.png" }, "wm_url"],
    ["a recommended prompt", { is_rec: true }, "10 credits"],
    ["a payload", { payload: "mine" }, "payload"],
  ] as const) {
    it(`warn of ${what}`, () => {
      const given = warnings(input)
      assert.lengthOf(given, 1)
      assert.include(given[0], word)
    })
  }

  it("warn that a recommended prompt takes the place of one's own, and only then", () => {
    assert.include(warnings({ is_rec: true })[0], "place of yours")
    const own = check(model, { image: leastInput.image, is_rec: true })
    assert.notInclude(Result.getOrThrow(own).warnings[0], "place of yours")
  })

  for (const input of [
    {},
    { bgm: false, movement_amplitude: "auto", audio_type: "all", is_rec: false },
    { model: "viduq2-pro", bgm: true, duration: 8 },
    { model: "viduq1", movement_amplitude: "large", bgm: true },
    { model: "viduq2-pro", audio: true, audio_type: "speech_only", voice_id: "x" },
    { watermark: true, wm_position: 4, wm_url: "https://example.com/a.png" },
  ]) {
    it(`have nothing to say about ${JSON.stringify(input)}`, () => {
      assert.deepStrictEqual(warnings(input), [])
    })
  }
})

/** For the name of a test, which must be whole characters. */
const shownShort = (input: unknown): string =>
  Array.from(JSON.stringify(input)).slice(0, 60).join("")

describe("a field", () => {
  const family = "👨‍👩‍👧‍👦"
  for (const [path, input] of [
    ["/image", { image: undefined }],
    ["/image", { image: "first-frame.png" }],
    ["/image", { image: "ftp://example.com/a.png" }],
    ["/image", { image: "ssupload:?id=1" }],
    ["/image", { image: ["https://example.com/a.png"] }],
    ["/prompt", { prompt: "" }],
    ["/prompt", { prompt: " \n" }],
    ["/prompt", { prompt: "a".repeat(5001) }],
    ["/prompt", { prompt: family.repeat(5001) }],
    ["/prompt", { prompt: "half \ud83d" }],
    ["/audio", { audio: "true" }],
    ["/audio_type", { audio_type: "speech" }],
    ["/voice_id", { voice_id: "" }],
    ["/is_rec", { is_rec: "false" }],
    ["/duration", { duration: "5" }],
    ["/duration", { duration: 4.5 }],
    ["/duration", { duration: 0 }],
    ["/seed", { seed: -1 }],
    ["/seed", { seed: 1.5 }],
    ["/seed", { seed: "12345" }],
    ["/resolution", { resolution: "4K" }],
    ["/resolution", { resolution: "720P" }],
    ["/movement_amplitude", { movement_amplitude: "standard" }],
    ["/payload", { payload: "" }],
    ["/payload", { payload: "a".repeat(1_048_577) }],
    ["/off_peak", { off_peak: 1 }],
    ["/wm_position", { wm_position: 0 }],
    ["/wm_position", { wm_position: 5 }],
    ["/wm_position", { wm_position: "3" }],
    ["/wm_url", { wm_url: "mark.png" }],
    ["/meta_data", { meta_data: "Label: a" }],
    ["/meta_data", { meta_data: { Label: "a" } }],
    ["/meta_data", { meta_data: "" }],
    ["/aspect_ratio", { aspect_ratio: "16:9" }],
    ["/images", { images: ["https://example.com/a.png"] }],
    ["/callback_url", { callback_url: "https://example.com" }],
    ["/client_request_id", { client_request_id: "1" }],
  ] as const) {
    it(`${path} is refused for ${shownShort(input)}`, () => {
      assert.deepStrictEqual(refused(input), [path])
    })
  }

  for (const input of [
    { prompt: "a".repeat(5000) },
    { payload: "a".repeat(1_048_576) },
    { payload: "𝒜".repeat(1_048_576) },
    { seed: 0 },
    { seed: 2_147_483_647 },
    { meta_data: '{"Label":"a"}' },
    { voice_id: "professional_host", model: "viduq1", audio: true },
    ...[1, 2, 3, 4].map((wm_position) => ({ watermark: true, wm_position })),
  ]) {
    it(`is accepted for ${shownShort(input)}`, () => {
      assert.deepStrictEqual(refused(input), [])
    })
  }

  it("counts a prompt as people do, and warns where computers count more", () => {
    const input = { prompt: family.repeat(5000) }
    assert.deepStrictEqual(refused(input), [])
    assert.lengthOf(warnings(input), 1)
  })

  it("says what to use in place of the vendor's own names", () => {
    const { message } = Result.getOrThrow(Result.flip(checked({ images: ["https://example.com"] })))
    assert.include(message, "is called image here")
  })
})

describe("a picture", () => {
  const dataUri = (type: string, bytes: Uint8Array) =>
    `data:${type};base64,${Buffer.from(bytes).toString("base64")}`
  const sent = (image: string | Uint8Array) => model.body({ image })["images"]?.[0]

  for (const [type, bytes] of [
    ["image/png", png(640, 360)],
    ["image/jpeg", jpeg(640, 360)],
    ["image/webp", webp(640, 360)],
  ] as const) {
    it(`is told by its content to be ${type}`, () => {
      assert.deepStrictEqual(refused({ image: bytes }), [])
      assert.strictEqual(sent(bytes), dataUri(type, bytes))
      const mistaken = dataUri("image/gif", bytes)
      assert.deepStrictEqual(refused({ image: mistaken }), [])
      assert.strictEqual(sent(mistaken), dataUri(type, bytes))
    })
  }

  it("by address is sent byte for byte and not looked at", () => {
    const address = "https://example.com/a.gif?X-Amz-Signature=a%2Fb%2b&x=你"
    assert.deepStrictEqual(refused({ image: address }), [])
    assert.strictEqual(sent(address), address)
  })

  for (const [what, image, wanted] of [
    ["1:4", png(100, 400), []],
    ["4:1", webp(400, 100), []],
    ["a little more than 1:4", jpeg(100, 401), ["/image"]],
    ["a little more than 4:1", png(401, 100), ["/image"]],
    ["1 × 1", png(1, 1), []],
    ["a GIF", new TextEncoder().encode("GIF89a, and so on"), ["/image"]],
    ["no picture", new TextEncoder().encode("<svg></svg>"), ["/image"]],
    ["nothing", new Uint8Array(0), ["/image"]],
    ["a PNG that is cut off", png(640, 360).slice(0, 12), ["/image"]],
    ["a WebP that is cut off", webp(640, 360).slice(0, 16), ["/image"]],
    ["a data: URI without base64", "data:image/png,abc", ["/image"]],
    ["a data: URI that is broken", "data:image/png;base64,###", ["/image"]],
  ] as const) {
    it(`of ${what} is ${wanted.length === 0 ? "accepted" : "refused"}`, () => {
      assert.deepStrictEqual(refused({ image }), wanted)
    })
  }

  it("that lies on its side is worth a word", () => {
    assert.include(warnings({ image: turnedJpeg(640, 360) })[0], "EXIF")
    assert.deepStrictEqual(warnings({ image: jpeg(640, 360) }), [])
  })

  const large = (bytes: number) => {
    const file = new Uint8Array(bytes)
    file.set(png(640, 360))
    return file
  }

  it("may have as many bytes as fit into a request of 20 MB, and no more", () => {
    const most = large(pictureLimits.maxBytes)
    assert.deepStrictEqual(refused({ image: most }), [])
    const body = JSON.stringify(model.body({ ...leastInput, image: most }))
    assert.isAtMost(body.length + 8192, maxRequestBytes)
    assert.isAbove(body.length, maxRequestBytes * 0.99)
    assert.deepStrictEqual(refused({ image: large(pictureLimits.maxBytes + 1) }), ["/image"])
    assert.deepStrictEqual(refused({ image: `data:image/png;base64,${"A".repeat(20_000_001)}` }), [
      "/image",
    ])
  })

  it("and a payload together must fit into the request", () => {
    const image = large(14_500_000)
    assert.deepStrictEqual(refused({ image, payload: "a".repeat(600_000) }), [])
    assert.deepStrictEqual(refused({ image, payload: "a".repeat(700_000) }), [""])
    assert.deepStrictEqual(refused({ image, payload: "你".repeat(300_000) }), [""])
    assert.deepStrictEqual(refused({ payload: "你".repeat(300_000) }), [])
  })
})

describe("the model", () => {
  it("is found by its id and by the document's name", () => {
    assert.strictEqual(Models.find("vidu/img2video"), model)
    assert.strictEqual(Models.find("img2video"), model)
    assert.isUndefined(Models.find("viduq3-turbo"))
  })

  it("accepts its own examples", () => {
    for (const example of model.examples) assert.isTrue(Result.isSuccess(check(model, example)))
  })

  it("describes every field in both languages, with the document's names in its order", () => {
    const described = fields(model)
    assert.deepStrictEqual(
      described.map(({ name }) => name),
      [
        "model",
        "image",
        "prompt",
        "audio",
        "audio_type",
        "voice_id",
        "is_rec",
        "bgm",
        "duration",
        "seed",
        "resolution",
        "movement_amplitude",
        "payload",
        "off_peak",
        "watermark",
        "wm_position",
        "wm_url",
        "meta_data",
      ],
    )
    for (const { description, examples, name, title } of described) {
      assert.notStrictEqual(title.en, name)
      assert.match(title.zh, /\p{Script=Han}/u, name)
      assert.match(description.zh, /\p{Script=Han}/u, name)
      assert.isAbove(description.en.length, 20, name)
      if (name !== "image") assert.isAbove(examples.length, 0, name)
    }
    assert.deepStrictEqual(
      described.filter(({ required }) => required).map(({ name }) => name),
      ["image"],
    )
    assert.deepStrictEqual(
      described.filter(({ type }) => type === "boolean").map(({ name }) => name),
      ["audio", "is_rec", "bgm", "off_peak", "watermark"],
    )
  })

  it("has a JSON Schema that closes the object and names the default model", () => {
    const schema = jsonSchema(model) as {
      readonly additionalProperties: boolean
      readonly required: ReadonlyArray<string>
      readonly properties: Readonly<Record<string, { readonly default?: unknown }>>
    }
    assert.isFalse(schema.additionalProperties)
    assert.deepStrictEqual(schema.required, ["image"])
    assert.strictEqual(schema.properties["model"]?.default, "viduq3-turbo")
  })

  it("waits 48 hours for an off-peak task, and asks it slowly", () => {
    const slow = model.timingOf?.({ off_peak: "true" })
    assert.strictEqual(slow?.retention, 172_800)
    assert.isAtLeast(slow?.poll.floor ?? 0, 60)
    assert.deepStrictEqual(model.timingOf?.({}), model.timing)
    assert.deepStrictEqual(model.timingOf?.({ off_peak: "false" }), model.timing)
    assert.strictEqual(model.timing.link, 86_400)
  })
})

describe("common fields", () => {
  it("ask for what the document names, with a word about the shape", () => {
    const asked = { prompt: "a drum", picture: leastInput.image, seconds: "8", size: "720x1280" }
    const { input, warnings: words } = Result.getOrThrow(toFields(model, asked))
    assert.deepStrictEqual(input, {
      prompt: "a drum",
      image: leastInput.image,
      duration: 8,
      resolution: "720p",
    })
    assert.deepStrictEqual(refused(input), [])
    assert.match(words.join(), /shape of the picture/)
    assert.isTrue(Result.isFailure(toFields(model, { seconds: "17" })))
    assert.isTrue(Result.isFailure(toFields(model, { size: "1024x1792" })))
  })

  it("know every length and resolution of the matrix, and no other", () => {
    const { seconds, size } = model.common ?? assert.fail()
    assert.sameMembers(Object.values(seconds?.values ?? {}), [
      ...new Set(variants.flatMap(({ duration }) => duration.allowed)),
    ])
    assert.sameMembers(
      [...new Set(Object.values(size?.values ?? {}))],
      [
        ...new Set(
          variants.flatMap(({ duration, resolutions: of }) =>
            duration.allowed.flatMap((one) => of(one)),
          ),
        ),
      ],
    )
  })
})
