import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { readEnvelope, readRespData } from "../src/Schema.ts"

describe("Schema.readEnvelope", () => {
  it("takes a field of an unexpected type for absent, and loses nothing beside it", () => {
    const envelope = readEnvelope(
      JSON.stringify({
        code: "10000",
        message: 7,
        request_id: { odd: true },
        data: { task_id: 42, status: 1, video_url: [], aigc_meta_tagged: "yes", other: null },
        ResponseMetadata: "none",
      }),
    )
    assert.strictEqual(envelope?.code, "10000")
    assert.strictEqual(envelope?.data?.task_id, "42")
    for (const absent of [
      envelope?.message,
      envelope?.request_id,
      envelope?.ResponseMetadata,
      envelope?.data?.status,
      envelope?.data?.video_url,
      envelope?.data?.aigc_meta_tagged,
    ]) {
      assert.isUndefined(absent)
    }
  })

  it("tells data that is null from data that is missing", () => {
    assert.isNull(readEnvelope('{"code":50500,"data":null}')?.data)
    assert.isUndefined(readEnvelope('{"code":50500}')?.data)
  })

  it("reads nothing but objects", () => {
    for (const body of ["", "null", "[]", "7", '"text"', "{"]) {
      assert.isUndefined(readEnvelope(body))
    }
  })

  it("finds the task id, whatever else stands beside it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const envelope = readEnvelope(
          JSON.stringify({
            code: value,
            message: value,
            ResponseMetadata: value,
            data: { task_id: "7", status: value, video_url: value, resp_data: value },
          }),
        )
        assert.strictEqual(envelope?.data?.task_id, "7")
      }),
    )
  })
})

describe("Schema.readRespData", () => {
  it("finds the link, whatever else stands beside it", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const inner = { url: "https://a/v.mp4", video_meta: [value], vid: value, progress: value }
        assert.strictEqual(readRespData(JSON.stringify(inner))?.url, "https://a/v.mp4")
      }),
    )
  })
})
