/**
 * What the packages say, in Chinese as far as that is known: by their own tables of codes, and by the
 * phrases that they are known to use. Everything else stays in English, within Chinese.
 */
import type { InputIssue } from "@zoetrope/core/Reason"
import type { Words } from "../Words.ts"
import { phraseOf } from "./phrases.ts"

/** @param known sentences that have a Chinese form in a table, by the English one */
export const packagesIn = (known: ReadonlyMap<string, string>): Words["packages"] => {
  const sentence = (text: string): string => {
    const [rest, cost] = costIn(text)
    if (cost !== "") return rest === "" ? cost : `${ended(sentence(rest))}${cost}`
    return (
      known.get(text) ??
      withDetails(text, sentence) ??
      phraseOf(text, sentence) ??
      oneByOne(text, sentence)
    )
  }
  return {
    sentence,
    error: (error) =>
      error._tag === "TaskError" && error.reason._tag === "InvalidInput"
        ? `${issuesText(error.reason.issues, sentence)}。${nothingSent}`
        : sentence(error.message),
    reason: ({ reason }) =>
      reason._tag === "InvalidInput"
        ? issuesText(reason.issues, sentence)
        : sentence(reason.message),
    event: ({ message }) => sentence(message),
  }
}

type Say = (text: string) => string

const issuesText = (issues: ReadonlyArray<InputIssue>, say: Say): string =>
  issues
    .map(({ allowed, document, given, message, path }) =>
      [
        path === "" ? "" : `${path.slice(1)}：`,
        say(message),
        given === undefined ? "" : `（给出：${given}）`,
        allowed === undefined ? "" : `；允许：${say(allowed)}`,
        document === undefined ? "" : `；见 ${document}`,
      ].join(""),
    )
    .join("\n")

/** Of an error its reason, what the provider said beside it, and its advice. */
const withDetails = (text: string, say: Say): string | undefined => {
  const [, head = "", details = "", advice = ""] =
    /^(.*?) \((code .*?|".*?"|request id \S+?)\)\.?(?: (.*))?$/s.exec(text) ?? []
  if (head === "") return undefined
  return `${say(head)}（${detailsText(details)}）。${advice === "" ? "" : ended(say(advice))}`
}

/** Each sentence by itself. Where none of them is known, the text stays whole. */
const oneByOne = (text: string, say: Say): string => {
  const sentences = text.split(/(?<=\.) /).map((one) => one.replace(/\.$/, ""))
  if (sentences.length === 1) return text.endsWith(".") ? say(text.slice(0, -1)) : text
  const said = sentences.map(say)
  return said.every((one, index) => one === sentences[index]) ? text : said.map(ended).join("")
}

const ended = (text: string): string => `${text.replace(/[.。]$/, "")}。`

const detailsText = (details: string): string => {
  const [, code, quoted, id] =
    /^(?:code (.*?))?(?:(?:^|, )(".*"))?(?:(?:^|, )request id (\S+))?$/s.exec(details) ?? []
  const parts = [
    code === undefined ? "" : `错误码 ${code}`,
    quoted ?? "",
    id === undefined ? "" : `request id ${id}`,
  ].filter((part) => part !== "")
  return parts.length === 0 ? details : parts.join("，")
}

/** What is left, and what it cost; the words of the core's `TaskError`. */
const costIn = (text: string): readonly [rest: string, cost: string] => {
  for (const [english, chinese] of costs) {
    const found = english.exec(text)
    if (found === null) continue
    const rest = text.slice(0, found.index).trimEnd().replace(/\.$/, "")
    return [rest, chinese(found[1] ?? "")]
  }
  return [text, ""]
}

const nothingSent = "未发送任何请求，未产生费用。"

const costs: ReadonlyArray<readonly [RegExp, (task: string) => string]> = [
  [/Nothing was sent and nothing was paid\.$/, () => nothingSent],
  [/No task was made and nothing was paid\.$/, () => "没有创建任务，未产生费用。"],
  [
    /No further task was made; the task (\S+) before it ended without a video\.$/,
    (task) => `没有创建新任务；之前的任务 ${task} 结束，没有视频。`,
  ],
  [
    /The task (\S+) goes on at the provider; wait on with its handle\.$/,
    (task) => `任务 ${task} 在服务商处继续进行；用句柄继续等待。`,
  ],
  [
    /The task (\S+) is untouched by this; wait on with its handle\.$/,
    (task) => `任务 ${task} 不受影响；用句柄继续等待。`,
  ],
]
