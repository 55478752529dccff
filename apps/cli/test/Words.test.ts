/** What people are told, in both languages: nothing is left out, and Chinese is set as Chinese is. */
import {
  InvalidInput,
  Moderated,
  NothingSent,
  OutcomeUnknown,
  type Reason,
  Unavailable,
  Unproven,
} from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { DatabaseUnusable, explain } from "@zoetrope/engine/drivers/Sqlite"
import { Codes } from "@zoetrope/volc-cv"
import { HttpClientError, HttpClientRequest, HttpClientResponse } from "effect/http"
import { describe, expect, it } from "vitest"
import { refusedFor, serverError } from "../src/remote/refusals.ts"
import { en, load, type Words } from "../src/words/Words.ts"
import { ref } from "./samples.ts"

const zh = await load("zh", [{ codes: async () => [Codes.jimengVideo] }])

/** Stands for a name, a number, or some of them: whatever a sentence does with it gives `x1`. */
const sample = Object.assign(new String("x1"), {
  join: () => "x1",
  map: () => ["x1"],
})

/** Every sentence, by its place in the catalogue. What only reads what packages say is left out. */
const sentencesOf = (words: Words): ReadonlyMap<string, string> => {
  const all = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === "string") all.set(path, value)
    else if (typeof value === "function") {
      all.set(path, String(value(...Array.from({ length: value.length }, () => sample))))
    } else for (const [key, inner] of Object.entries(value as object)) walk(inner, `${path}/${key}`)
  }
  const { language: _, packages: __, ...told } = words
  const { wrong: ___, ...usage } = told.refusals.usage
  // Looked up by the state that it is given.
  const { counted: ____, ...standing } = told.standing
  walk({ ...told, standing, refusals: { ...told.refusals, usage } }, "")
  return all
}

const chinese = sentencesOf(zh)
const english = sentencesOf(en)

/** Names, forms and numbers: there is no word in them. */
const wordless = [
  "/help/field/sentence",
  "/help/field/together",
  "/help/model",
  "/refusals/subjects/badHandle",
  "/refusals/batch/wrong",
  "/refusals/batch/badModel",
  "/refusals/batch/inFile",
  "/demo/together",
  "/demo/times",
  "/demo/yourPicture",
  "/labelled",
  "/listed",
  "/standing/refusedAgain",
  "/show/askedForText",
  "/balances/of",
  "/models/facts/id",
  "/doctor/runtime",
]

/** These are given Chinese, which wants no space in front of more of it. */
const givenChinese = ["/refusals/batch/atLine", "/time/ago", "/figures/durations", "/doctor/clock"]

const placesOf = (words: ReadonlyMap<string, string>, isSo: (text: string) => boolean) =>
  [...words].filter(([, text]) => isSo(text)).map(([path]) => path)

describe("the catalogue", () => {
  it("has every sentence in both languages", () => {
    expect([...chinese.keys()]).toEqual([...english.keys()])
    expect(chinese.size).toBeGreaterThan(350)
  })

  it("is Chinese in Chinese, and English in English", () => {
    const isChinese = (text: string) => /\p{Script=Han}/u.test(text)
    expect(placesOf(chinese, (text) => !isChinese(text))).toEqual(wordless)
    expect(placesOf(english, isChinese)).toEqual([])
  })

  it("has full-width marks between Chinese, without spaces around them", () => {
    const half = /\p{Script=Han}[,;:?!()]|[,;?!)]\p{Script=Han}/u
    expect(placesOf(chinese, (text) => half.test(text))).toEqual([])
    const spaced = /[，。；：？！（）、] | [，。；：？！（）、]/u
    expect(placesOf(chinese, (text) => spaced.test(text))).toEqual([])
  })

  it("has a space between Chinese and Latin", () => {
    const close = /\p{Script=Han}[a-z0-9$~@`]|[a-z0-9`%]\p{Script=Han}/iu
    expect(placesOf(chinese, (text) => close.test(text))).toEqual(givenChinese)
  })
})

describe("what packages say", () => {
  const documented = { retryable: "no", meaning: Codes.jimengVideo.rows[2]!.meaning.en } as const
  const errorOf = (
    reason: Reason,
    more: Partial<ConstructorParameters<typeof TaskError>[0]> = {},
  ) => new TaskError({ provider: "p", account: "default", operation: "submit", reason, ...more })

  it("is told in Chinese: what happened, in whose words, what it cost", () => {
    const error = errorOf(new Moderated({ ...documented, stage: "input" }), {
      code: "50412",
      providerMessage: "Text Risk Not Pass. Sorry",
      requestId: "20260101",
    })
    const meaning = Codes.jimengVideo.rows[2]!.meaning.zh
    expect(zh.packages.error(error)).toBe(
      `内容审核拦截了输入：${meaning}（错误码 50412，"Text Risk Not Pass. Sorry"，request id 20260101）。没有创建任务，未产生费用。`,
    )
    expect(en.packages.error(error)).toBe(error.message)
  })

  it("keeps the English of what has no Chinese, within Chinese", () => {
    const refused = new NothingSent({ detail: "connect ECONNREFUSED 127.0.0.1:1" })
    expect(zh.packages.error(errorOf(refused))).toBe(
      "无法连接服务商，未发送任何内容：connect ECONNREFUSED 127.0.0.1:1。没有创建任务，未产生费用。",
    )
    expect(zh.packages.sentence("Nobody has put this. Into Chinese.")).toBe(
      "Nobody has put this. Into Chinese.",
    )
  })

  it("says what an undecided submit may cost, and where to look", () => {
    const unknown = new OutcomeUnknown({
      account: "default",
      model: "p/kite",
      at: "2026-01-01T00:00:00.000Z",
      inputDigest: "abc",
      detail: "no answer within 30 s",
      look: "Look in the provider's console for a task of that time.",
    })
    expect(zh.packages.error(errorOf(unknown))).toBe(
      "结果未知：提交已于 2026-01-01T00:00:00.000Z 发出，但没有得到明确的应答（30 秒内没有应答）。账号 default 上可能有 p/kite 的任务正在运行并计费。不会凭猜测再次发送。请在服务商控制台查看那个时间的任务。输入摘要 abc。",
    )
  })

  it("says of a poll that the task is untouched, and of a lost task that it may be paid", () => {
    const polled = errorOf(new Unavailable({ detail: "HTTP 503" }), { operation: "poll", ref })
    expect(zh.packages.error(polled)).toBe(
      `服务商没有给出可用的应答：HTTP 503。任务 ${ref.taskId} 不受影响；用句柄继续等待。`,
    )
    const lost = new Unproven({ state: "not_found", detail: "gone" })
    expect(zh.packages.reason(errorOf(lost))).toContain("视频可能存在并已计费")
  })

  it("names every field that is wrong", () => {
    const issues = [
      { path: "/prompt", message: "is required" },
      { path: "/seed", message: "is below -1", given: "-5", allowed: "a whole number" },
    ]
    expect(zh.packages.error(errorOf(new InvalidInput({ issues })))).toBe(
      "prompt：必填\nseed：低于 -1（给出：-5）；允许：整数。未发送任何请求，未产生费用。",
    )
  })

  it("says why a data directory cannot be used, and what to do", () => {
    const causes = [5, 8, 11, 13, 26].map((errcode) =>
      Object.assign(new Error("as SQLite has it"), { errcode }),
    )
    const whys = [
      ...causes.map(explain),
      "it was written by a newer version of this program (0100_later); update the program",
    ]
    for (const why of whys) {
      const { message } = new DatabaseUnusable({ file: "/data/zoetrope.db", why })
      expect(zh.packages.sentence(message)).toMatch(
        /^无法使用 \/data\/zoetrope\.db：[^a-z]*(?:SQLite [^a-z]*|（0100_later）[^a-z]*|`.*`[^a-z]*)?。其中的内容保持原样/,
      )
    }
  })

  it("knows every way in which a server does not answer", () => {
    const url = "http://127.0.0.1:8080"
    const request = HttpClientRequest.get(url)
    const httpErrors = [
      new HttpClientError.TransportError({ request, cause: { code: "ECONNREFUSED" } }),
      new HttpClientError.StatusCodeError({ request, response: answered(request, 502) }),
      new HttpClientError.DecodeError({ request, response: answered(request, 200) }),
    ].map((reason) => new HttpClientError.HttpClientError({ reason }))
    const other = ["unauthorized", "TimeoutError", "SchemaError"].map((_tag) => ({
      _tag,
      message: "",
    }))
    for (const error of [...httpErrors, ...other]) {
      const told = zh.packages.sentence(serverError(error, url).message)
      expect(told).toMatch(/^(无法|服务器|http:\/\/127.0.0.1:8080 应答)/)
      expect(told.replace(/`.*`/, "")).not.toMatch(/[a-z] [a-z]+ [a-z]/)
      const about = refusedFor(error, url, "k3x9abcd1234").message
      expect(zh.packages.sentence(about)).toMatch(/^(无法|服务器|http:\/\/127.0.0.1:8080 应答)/)
    }
  })
})

const answered = (request: HttpClientRequest.HttpClientRequest, status: number) =>
  HttpClientResponse.fromWeb(request, new Response(null, { status }))
