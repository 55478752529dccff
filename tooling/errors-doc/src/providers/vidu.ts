/** Vidu's codes: the `reason` of a refused call, and the `err_code` of a task that failed. */
import * as Codes from "@zoetrope/vidu/Codes"
import { readPoll } from "@zoetrope/vidu/readPoll"
import { readSubmit } from "@zoetrope/vidu/readSubmit"
import { reasonOf } from "@zoetrope/vidu/reasonOf"
import { ofPoll, ofSubmit } from "../outcomes.ts"
import type { CodeEntry, ProviderSection } from "../Section.ts"

export const vidu = (): ProviderSection => ({
  id: "vidu",
  title: { en: "Vidu", zh: "Vidu" },
  intro: {
    en: "By the [price page](https://platform.vidu.cn/docs/pricing) (read 2026-11-20) a task that ends without a video costs no credits. An undecided submit is looked for by a mark that travels with the task; it is left to you only if it is not found. A code whose HTTP status the page does not give is taken with a 400.",
    zh: "按[产品定价](https://platform.vidu.cn/docs/pricing)（2026-11-20 查阅），没有产出视频的任务不扣积分。结果未知的提交会按随任务携带的标记自动查找，找不到时才需要人工确认。页面未注明 HTTP 状态码的错误码按 400 处理。",
  },
  groups: [
    {
      title: { en: "Codes", zh: "错误码" },
      codes: Codes.published.rows
        .toSorted((left, right) => (left.code < right.code ? -1 : 1))
        .map(entryOf),
    },
  ],
})

const entryOf = (row: Codes.Row): CodeEntry => {
  const { code, message } = row
  const status = row.http ?? 400
  const reply = {
    _tag: "Error",
    status,
    errorStatus: status,
    json: undefined,
    code,
    message,
  } as const
  const failed = {
    _tag: "Ok",
    status: 200,
    json: { state: "failed", err_code: code, err_msg: message },
  } as const
  return {
    code,
    messages: [message],
    meaning: row.meaning,
    reason: reasonOf({ code, message }),
    outcomes: [
      { where: "submit", answer: ofSubmit(readSubmit(sent, reply)) },
      { where: "poll", answer: ofPoll(readPoll(asked, reply)) },
      { where: "task", answer: ofPoll(readPoll(asked, failed)) },
    ],
    advice: [],
    sources: [
      {
        title: Codes.published.title,
        url: Codes.published.source,
        read: Codes.published.read,
        http: row.http,
        retryable: row.retryable,
        notes: [row.undecided, row.conflict],
      },
    ],
  }
}

/** Nothing of it is shown. */
const sent = { account: "", model: "", at: "", inputDigest: "", key: undefined }

const asked = { offPeak: false, watermark: false, ageSeconds: 0, now: 0 }
