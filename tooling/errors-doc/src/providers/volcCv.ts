/** Volcengine's codes: the business codes that its documents print, and those of the gateway before it. */
import type { Text } from "@zoetrope/core/Model"
import type { ServiceReply } from "@zoetrope/volc-cv/Client"
import * as Codes from "@zoetrope/volc-cv/Codes"
import { readPoll } from "@zoetrope/volc-cv/readPoll"
import { readSubmit } from "@zoetrope/volc-cv/readSubmit"
import { gatewayReasonOf, reasonOf } from "@zoetrope/volc-cv/reasonOf"
import { ofPoll, ofSubmit, sentenceOf } from "../outcomes.ts"
import type { Answer, CodeEntry, Outcome, ProviderSection, Source } from "../Section.ts"

export const volcCv = (): ProviderSection => ({
  id: "volc-cv",
  title: { en: "Volcengine cv", zh: "火山引擎视觉智能" },
  intro: {
    en: "By the [price page](https://www.volcengine.com/docs/85621/1544714) (read 2026-11-20) only videos that succeed are billed. A code of 504xx or 505xx that is not here is taken for the end of the task, which is not made again. A gateway code whose HTTP status no source gives is taken with a 5xx.",
    zh: "按[计费说明](https://www.volcengine.com/docs/85621/1544714)（2026-11-20 查阅），仅对生成成功的视频计费。未列出的 504xx、505xx 错误码视为任务已结束，不会重新生成。来源未注明 HTTP 状态码的网关错误码按 5xx 处理。",
  },
  groups: [
    {
      title: { en: "Codes of the service", zh: "业务错误码" },
      codes: [...new Set(business.flatMap(({ rows }) => rows.map(({ code }) => code)))]
        .filter((code) => !found(code).every(({ row }) => row.kind === "success"))
        .toSorted((left, right) => Number(left) - Number(right))
        .map(businessEntry),
    },
    {
      title: { en: "Codes of the gateway", zh: "网关公共错误码" },
      codes: Codes.gateway.rows
        .toSorted((left, right) => (left.code < right.code ? -1 : 1))
        .map(gatewayEntry),
    },
  ],
})

const products: ReadonlyArray<{ readonly id: Codes.Product; readonly name: Text }> = [
  { id: "jimeng-video", name: { en: "Jimeng", zh: "即梦" } },
  { id: "lip-sync", name: { en: "lip-sync", zh: "改口型" } },
  { id: "single-image-driving", name: { en: "single-image driving", zh: "单图驱动" } },
]

/** The document that a code's meaning is taken from stands first. */
const business = [Codes.jimengVideo, Codes.jimengFamily, Codes.general, Codes.lipSync]

const found = (code: string) =>
  business.flatMap((table) =>
    table.rows.filter((row) => row.code === code).map((row) => ({ table, row })),
  )

const businessEntry = (code: string): CodeEntry => {
  const rows = found(code)
  const [{ row: first }] = rows as [(typeof rows)[number]]
  const reply: ServiceReply = {
    _tag: "Service",
    status: first.http ?? 400,
    code,
    message: first.message,
    data: undefined,
  }
  return {
    code,
    messages: [...new Set(rows.map(({ row }) => row.message))],
    meaning: first.meaning,
    reason: reasonOf({ operation: "poll", product: "jimeng-video", ...reply }),
    outcomes: [
      ...perProduct("submit", (product) => ofSubmit(readSubmit({ ...sent, product }, reply))),
      ...perProduct("poll", (product) => ofPoll(readPoll(product, reply, 0))),
      ...perProduct("task", (product) =>
        ofPoll(readPoll(product, { ...reply, data: { status: "done" } }, 0)),
      ),
    ],
    advice: rows.flatMap(({ row }) => row.advice ?? []),
    sources: rows.map(({ row, table }) => sourceOf(table, row)),
  }
}

/** One outcome where all products agree, else one for each group of them that does. */
const perProduct = (
  where: Outcome["where"],
  answerOf: (product: Codes.Product) => Answer,
): ReadonlyArray<Outcome> => {
  const groups = new Map<string, { answer: Answer; names: Array<Text> }>()
  for (const { id, name } of products) {
    const answer = answerOf(id)
    const key = sentenceOf(answer).en
    const group = groups.get(key) ?? { answer, names: [] }
    group.names.push(name)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ answer, names }) => ({
    where,
    answer,
    models:
      groups.size === 1
        ? undefined
        : { en: names.map(({ en }) => en).join(", "), zh: names.map(({ zh }) => zh).join("、") },
  }))
}

const gatewayEntry = (row: Codes.Row): CodeEntry => {
  const { code, message } = row
  const reply = { _tag: "Gateway", status: row.http ?? 500, code, message } as const
  const product = "jimeng-video"
  return {
    code,
    messages: [message],
    meaning: row.meaning,
    reason: gatewayReasonOf(code, message),
    outcomes: [
      { where: "submit", answer: ofSubmit(readSubmit({ ...sent, product }, reply)) },
      { where: "poll", answer: ofPoll(readPoll(product, reply, 0)) },
    ],
    advice: [],
    sources: [sourceOf(Codes.gateway, row)],
  }
}

/** Nothing of it is shown. */
const sent = { account: "", model: "", at: "", inputDigest: "" }

const sourceOf = (table: Codes.Table, row: Codes.Row): Source => ({
  title: table.title,
  url: table.source,
  updated: table.updated,
  read: table.read,
  http: row.http,
  retryable: row.retryable,
  notes: [row.conflict, row.deviation?.why],
})
