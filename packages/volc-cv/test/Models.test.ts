import { assert, describe, it } from "@effect/vitest"
import { toFields } from "@zoetrope/core/CommonFields"
import { type AnyModel, check, fields, jsonSchema } from "@zoetrope/core/Model"
import type { InputIssue } from "@zoetrope/core/Reason"
import { Result } from "effect"
import { Models } from "../src/index.ts"
import { inputs } from "./support/account.ts"
import { dataUri, jpeg, jpegOf, padded, png } from "./support/pictures.ts"

const {
  jimengMotionImitation,
  jimengVideo30Pro: pro,
  lipSyncBasic,
  lipSyncLite,
  singleImageDriving,
} = Models

const issuesOf = (model: AnyModel, input: unknown): ReadonlyArray<InputIssue> => {
  const checked = check(model, input)
  return Result.isFailure(checked) ? checked.failure.issues : []
}

const warningsOf = (model: AnyModel, input: unknown): ReadonlyArray<string> => {
  const checked = check(model, input)
  return Result.isFailure(checked) ? assert.fail(checked.failure.message) : checked.success.warnings
}

const refusal = (model: AnyModel, input: unknown): InputIssue => {
  const issues = issuesOf(model, input)
  assert.strictEqual(issues.length, 1, JSON.stringify(issues))
  return issues[0] ?? assert.fail()
}

const accepted = (model: AnyModel, input: unknown): void => {
  assert.deepStrictEqual(issuesOf(model, input), [])
}

describe("Models", () => {
  it("are the five, by id and by the document's req_key", () => {
    assert.deepStrictEqual(
      Models.all.map((model) => [model.id, model.alias, model.actions.submit]),
      [
        ["volc-cv/jimeng-video-3.0-pro", "jimeng_ti2v_v30_pro", "CVSync2AsyncSubmitTask"],
        [
          "volc-cv/jimeng-motion-imitation",
          "jimeng_dream_actor_m1_gen_video_cv",
          "CVSync2AsyncSubmitTask",
        ],
        ["volc-cv/single-image-driving", "realman_avatar_imitator_v2v_gen_video", "CVSubmitTask"],
        ["volc-cv/lip-sync-lite", "realman_change_lips", "CVSubmitTask"],
        ["volc-cv/lip-sync-basic", "realman_change_lips_basic_chimera", "CVSubmitTask"],
      ],
    )
    for (const model of Models.all) {
      assert.strictEqual(Models.find(model.id), model)
      assert.strictEqual(Models.find(model.alias), model)
      assert.strictEqual(model.limitGroup, model.alias)
    }
    assert.isUndefined(Models.find("volc-cv/other"))
  })

  for (const model of Models.all) {
    describe(`the input of ${model.id}`, () => {
      it("takes its own examples and the least input", () => {
        for (const input of [...model.examples, inputs[model.id]]) {
          assert.deepStrictEqual(issuesOf(model, input), [])
        }
      })

      it("names its fields and describes them in English and Chinese", () => {
        for (const field of fields(model)) {
          assert.notStrictEqual(field.title.en, field.name)
          assert.match(field.title.zh, /\p{Script=Han}/u, field.name)
          assert.match(field.description.zh, /\p{Script=Han}/u, field.name)
          assert.isAbove(field.description.en.length, 10, field.name)
        }
      })

      it("refuses each required field when it is missing or empty", () => {
        for (const name of fields(model)
          .filter(({ required }) => required)
          .map((one) => one.name)) {
          const { [name]: _left, ...rest } = inputs[model.id] ?? {}
          assert.strictEqual(refusal(model, rest).path, `/${name}`)
          assert.strictEqual(refusal(model, { ...rest, [name]: "" }).path, `/${name}`)
          assert.strictEqual(refusal(model, { ...rest, [name]: "./local.mp4" }).path, `/${name}`)
          assert.strictEqual(refusal(model, { ...rest, [name]: "ftp://a/b" }).path, `/${name}`)
        }
      })

      it("says where its authority is", () => {
        const issue = refusal(model, { ...inputs[model.id], nonsense: 1 })
        assert.strictEqual(issue.path, "/nonsense")
        assert.strictEqual(issue.document, model.documents[0].url)
      })

      it("takes the vendor's wire names for what they are", () => {
        for (const name of ["req_key", "req_json"]) {
          assert.match(refusal(model, { ...inputs[model.id], [name]: "x" }).message, /leave it out/)
        }
      })

      it("takes the label of generated content where its document does, and holds it to its limits", () => {
        const label = (aigc_meta: unknown) => ({ ...inputs[model.id], aigc_meta })
        if (model === Models.singleImageDriving) {
          const issue = refusal(model, label({ producer_id: "p", content_propagator: "c" }))
          assert.match(issue.message, /not in this model's document/)
          return
        }
        accepted(model, label({ producer_id: "p", content_propagator: "c" }))
        accepted(
          model,
          label({
            content_producer: "x".repeat(256),
            producer_id: "p",
            content_propagator: "c",
            propagate_id: "i",
          }),
        )
        for (const [name, value] of [
          ["content_producer", "x".repeat(257)],
          ["producer_id", undefined],
          ["producer_id", ""],
          ["content_propagator", undefined],
          ["propagate_id", 7],
          ["something", "else"],
        ] as const) {
          const meta: Record<string, unknown> = { producer_id: "p", content_propagator: "c" }
          if (value === undefined) delete meta[name]
          else meta[name] = value
          assert.strictEqual(refusal(model, label(meta)).path, `/aigc_meta/${name}`)
        }
      })

      it("becomes a JSON Schema that closes its door to other fields", () => {
        const schema = jsonSchema(model)
        assert.strictEqual(schema["additionalProperties"], false)
        assert.deepStrictEqual(
          Object.keys(schema["properties"] as object),
          fields(model).map(({ name }) => name),
        )
      })
    })
  }
})

describe("the prompt of video 3.0 Pro", () => {
  const prompt = (text: string) => ({ prompt: text })

  it("is required without a picture, and only then", () => {
    assert.strictEqual(refusal(pro, {}).path, "/prompt")
    accepted(pro, { image: "https://example.com/a.jpg" })
  })

  it("has at most 800 characters, as people count them", () => {
    const family = "👨‍👩‍👧‍👦"
    for (const character of ["a", "马", "é", family, "🇨🇳"]) {
      accepted(pro, prompt(character.repeat(800)))
      assert.strictEqual(refusal(pro, prompt(character.repeat(801))).path, "/prompt")
    }
  })

  it("earns a word above 400 characters", () => {
    assert.deepStrictEqual(warningsOf(pro, prompt("马".repeat(400))), [])
    assert.match(warningsOf(pro, prompt("马".repeat(401)))[0] ?? "", /recommended 400/)
  })

  it("earns a word where computers count more than 800", () => {
    assert.match(warningsOf(pro, prompt("🇨🇳".repeat(400))).join(), /^$/)
    assert.match(warningsOf(pro, prompt("🇨🇳".repeat(401)))[1] ?? "", /may be refused/)
  })

  it("is never sent blank or broken", () => {
    for (const text of ["", " ", "\n\t", "half \uD83D"]) {
      assert.strictEqual(refusal(pro, prompt(text)).path, "/prompt")
    }
  })

  it("is not quoted at length when it is refused", () => {
    assert.isAtMost(refusal(pro, prompt("x".repeat(5000))).given?.length ?? 0, 80)
  })
})

describe("the numbers and choices of video 3.0 Pro", () => {
  const field = (name: string, value: unknown) => ({ prompt: "a", [name]: value })

  it("are 121 or 241 frames", () => {
    for (const frames of [121, 241]) accepted(pro, field("frames", frames))
    for (const frames of [0, 120, 122, 240, 242, "121", 121.5]) {
      const issue = refusal(pro, field("frames", frames))
      assert.strictEqual(issue.path, "/frames")
      assert.include(issue.allowed, "121")
    }
  })

  it("are six ratios, and an empty one is refused", () => {
    for (const ratio of ["16:9", "4:3", "1:1", "3:4", "9:16", "21:9"]) {
      accepted(pro, field("aspect_ratio", ratio))
    }
    for (const ratio of ["", "9:21", "16/9", 1]) {
      const issue = refusal(pro, field("aspect_ratio", ratio))
      assert.strictEqual(issue.path, "/aspect_ratio")
      assert.include(issue.allowed, '"21:9"')
    }
  })

  it("are whole seeds from -1 up", () => {
    for (const seed of [-1, 0, 1, 2 ** 31]) accepted(pro, field("seed", seed))
    for (const seed of [-2, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "7", null]) {
      assert.strictEqual(refusal(pro, field("seed", seed)).path, "/seed")
    }
  })
})

describe("the picture of video 3.0 Pro", () => {
  const image = (value: unknown) => ({ image: value })

  it("is bytes, a data: URI or an address", () => {
    for (const value of [
      png(640, 480),
      jpeg("upright"),
      dataUri(png(640, 480)),
      dataUri(jpeg("upright"), "application/octet-stream"),
      "https://example.com/a.jpg",
    ]) {
      accepted(pro, image(value))
    }
    for (const value of ["", "a.jpg", "file:///a.jpg", 7, null, ["https://example.com/a.jpg"]]) {
      assert.strictEqual(refusal(pro, image(value)).path, "/image")
    }
  })

  it("is checked by what is inside it, whatever it is called", () => {
    const issue = refusal(pro, image(dataUri(Buffer.from("RIFF0000WEBPVP8 "), "image/png")))
    assert.include(issue.message, "no JPEG or PNG")
    assert.include(issue.given, "WebP")
    assert.include(issue.document, "85621/1777001")
  })

  it("is refused by each limit, in a data: URI as in bytes", () => {
    for (const [bytes, allowed] of [
      [padded(png(640, 480), 4_700_001), "4700000 bytes"],
      [png(319, 400), "320 pixels"],
      [png(961, 320), "3 times"],
    ] as const) {
      for (const value of [bytes, dataUri(bytes)]) {
        const issue = refusal(pro, image(value))
        assert.strictEqual(issue.path, "/image")
        assert.include(issue.allowed, allowed)
      }
    }
    accepted(pro, image(dataUri(padded(png(640, 480), 4_700_000))))
  })

  it("is not even decoded when it is far too large, nor shown when it is refused", () => {
    // It could not be decoded either, which is not found out.
    const issue = refusal(pro, image(`data:image/png;base64,${"@".repeat(20_000_000)}`))
    assert.include(issue.message, "too large")
    assert.isAtMost(issue.given?.length ?? 0, 80)
  })

  it("is refused as a data: URI that is no base64", () => {
    for (const value of ["data:image/png,abc", "data:image/png;base64,@@@@", "data:"]) {
      assert.strictEqual(refusal(pro, image(value)).path, "/image")
    }
  })

  it("earns a word when some of it is cropped away", () => {
    assert.deepStrictEqual(warningsOf(pro, image(png(640, 480))), [])
    assert.deepStrictEqual(warningsOf(pro, image(png(641, 480))), [])
    assert.match(warningsOf(pro, image(png(640, 470)))[0] ?? "", /cropped to 4:3: 2 %/)
    assert.match(warningsOf(pro, image(png(900, 320)))[0] ?? "", /cropped to 21:9: 17 %/)
    assert.deepStrictEqual(warningsOf(pro, image("https://example.com/a.jpg")), [])
  })

  it("earns a word when it is stored on its side", () => {
    assert.match(warningsOf(pro, image(jpeg("turned")))[0] ?? "", /EXIF/)
    const shownTall = image(jpegOf(900, 320, "turned"))
    assert.match(warningsOf(pro, shownTall)[1] ?? "", /cropped to 9:16/)
  })

  it("makes an aspect_ratio do nothing, which is said", () => {
    const input = { image: "https://example.com/a.jpg", aspect_ratio: "1:1" }
    assert.match(warningsOf(pro, input)[0] ?? "", /aspect_ratio 1:1 does nothing/)
    assert.deepStrictEqual(warningsOf(pro, { prompt: "a", aspect_ratio: "1:1" }), [])
  })

  it("is called image here, which people who paste the vendor's fields are told", () => {
    for (const name of ["binary_data_base64", "image_urls"]) {
      assert.match(refusal(pro, { prompt: "a", [name]: ["x"] }).message, /called image here/)
    }
  })
})

describe("addresses of the models that take nothing else", () => {
  it("are all they take: a local file, bytes or a data: URI is refused", () => {
    for (const model of [jimengMotionImitation, singleImageDriving, lipSyncLite, lipSyncBasic]) {
      for (const { media, name } of fields(model)) {
        if (media === undefined) continue
        assert.deepStrictEqual(media.forms, ["url"])
        for (const value of ["person.jpg", dataUri(png(640, 480)), png(640, 480)]) {
          const issue = refusal(model, { ...inputs[model.id], [name]: value })
          assert.strictEqual(issue.path, `/${name}`)
        }
      }
    }
  })

  it("are shown without their query when they are refused, since it may be a signature", () => {
    const signed = "https://bucket.example.com/a.jpg?X-Signature=secret"
    for (const [model, name, value] of [
      [pro, "image_urls", [signed]],
      [pro, "image", signed.replace("https", "htps")],
      [jimengMotionImitation, "image", signed],
      [singleImageDriving, "driving_video_info", { video_url: signed }],
    ] as const) {
      const { given } = refusal(model, { ...inputs[model.id], [name]: value })
      assert.include(given, "bucket.example.com/a.jpg?…")
      assert.notInclude(given, "secret")
    }
  })

  it("are flat in single-image driving, which people who paste the nested form are told", () => {
    const { message } = refusal(singleImageDriving, {
      ...inputs[singleImageDriving.id],
      driving_video_info: { store_type: 0, video_url: "https://example.com/v.mp4" },
    })
    assert.include(message, "video_url")
  })
})

describe("lip-sync", () => {
  const base = inputs[lipSyncLite.id] ?? {}

  it("refuses the switches of the other mode and names it", () => {
    for (const name of ["align_audio", "align_audio_reverse", "templ_start_seconds"]) {
      const value = name === "templ_start_seconds" ? 1 : true
      accepted(lipSyncLite, { ...base, align_audio: true, [name]: value })
      assert.include(
        refusal(lipSyncBasic, { ...base, [name]: value }).message,
        "volc-cv/lip-sync-lite",
      )
    }
    accepted(lipSyncBasic, { ...base, open_scenedet: true })
    assert.include(
      refusal(lipSyncLite, { ...base, open_scenedet: true }).message,
      "volc-cv/lip-sync-basic",
    )
    for (const model of [lipSyncLite, lipSyncBasic]) {
      accepted(model, { ...base, separate_vocal: true })
    }
  })

  it("starts at 0 or later", () => {
    for (const start of [0, 0.5, 3600])
      accepted(lipSyncLite, { ...base, templ_start_seconds: start })
    for (const start of [-0.001, Number.NaN, Number.POSITIVE_INFINITY, "1"]) {
      assert.strictEqual(
        refusal(lipSyncLite, { ...base, templ_start_seconds: start }).path,
        "/templ_start_seconds",
      )
    }
  })

  it("has a word on align_audio_reverse without align_audio", () => {
    const reversed = { ...base, align_audio_reverse: true }
    assert.deepStrictEqual(warningsOf(lipSyncLite, { ...reversed, align_audio: true }), [])
    assert.match(warningsOf(lipSyncLite, { ...reversed, align_audio: false })[0] ?? "", /nothing/)
    assert.match(warningsOf(lipSyncLite, reversed)[0] ?? "", /default/)
    assert.deepStrictEqual(warningsOf(lipSyncLite, { ...base, align_audio: false }), [])
  })

  it("has a word on addresses outside ASCII", () => {
    for (const model of [lipSyncLite, lipSyncBasic]) {
      const input = { ...base, url: "https://example.com/视频.mp4" }
      assert.match(warningsOf(model, input)[0] ?? "", /^url holds/)
      assert.deepStrictEqual(warningsOf(model, base), [])
    }
  })
})

describe("common fields", () => {
  it("ask video 3.0 Pro for what it makes, and for nothing near it", () => {
    const asked = { prompt: "a drum turns", seconds: "10", size: "1088x1920" }
    const taken = toFields(pro, asked)
    const input = Result.isSuccess(taken) ? taken.success.input : assert.fail()
    assert.deepStrictEqual(input, { prompt: "a drum turns", frames: 241, aspect_ratio: "9:16" })
    accepted(pro, input)
    for (const words of Object.values(pro.common ?? {})) {
      if (typeof words === "string") continue
      for (const value of Object.values(words.values)) {
        accepted(pro, { prompt: "a", [words.field]: value })
      }
    }
    assert.isTrue(Result.isFailure(toFields(pro, { ...asked, size: "1280x720" })))
    assert.isTrue(Result.isFailure(toFields(pro, { ...asked, seconds: "8" })))
  })

  it("are a picture alone for those that take no prompt", () => {
    const picture = "https://example.com/person.jpg"
    for (const model of [jimengMotionImitation, singleImageDriving]) {
      assert.deepStrictEqual(
        toFields(model, { picture }),
        Result.succeed({ input: { image_url: picture }, warnings: [] }),
      )
      assert.isTrue(Result.isFailure(toFields(model, { prompt: "a" })))
    }
  })
})
