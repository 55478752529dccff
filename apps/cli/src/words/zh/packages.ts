/**
 * What the packages say, in Chinese as far as that is known: by their own tables of codes, and by the
 * phrases that they are known to use. Everything else stays in English, within Chinese.
 */
import type { InputIssue } from "@zoetrope/core/Reason"
import type { Words } from "../../Words.ts"
import { phraseOf } from "./phrases.ts"

/** @param known sentences that have a Chinese form in a table, by the English one */
export const packagesIn = (known: ReadonlyMap<string, string>): Words["packages"] => {
  const sentence = (text: string): string =>
    known.get(text) ?? phraseOf(text, sentence) ?? inParts(text, sentence)
  return {
    sentence,
    error: (error) => {
      if (error._tag === "TaskError" && error.reason._tag === "InvalidInput") {
        return `${issuesText(error.reason.issues, sentence)}。未发送任何请求，未产生费用。`
      }
      return sentence(error.message)
    },
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

/** Of an error its reason, what the provider said beside it, its advice and what it cost. */
const inParts = (text: string, say: Say): string => {
  const [rest, cost] = costIn(text)
  const found = /^(.*?) \((code .*?|".*?"|request id \S+?)\)\.(?: (.*))?$/s.exec(rest)
  if (found !== null) {
    const [, head = "", details = "", advice = ""] = found
    return [`${say(head)}（${detailsText(details)}）。`, adviceText(advice, say), cost].join("")
  }
  if (cost === "") return text.includes(". ") ? adviceText(text, say) : text
  return `${adviceText(rest, say)}${cost}`
}

/** Each sentence by itself. Where none of them is known, the text stays whole. */
const adviceText = (text: string, say: Say): string => {
  const sentences = text.split(/(?<=\.) (?=[A-Z])|(?<=\.) /).filter((one) => one !== "")
  const said = sentences.map((one) => {
    const plain = one.replace(/\.$/, "")
    const chinese = say(plain)
    return chinese === plain ? undefined : chinese
  })
  if (said.every((one) => one === undefined)) return text
  return said
    .map((one, index) =>
      one === undefined ? `${sentences[index]} ` : `${one.replace(/。$/, "")}。`,
    )
    .join("")
    .trimEnd()
}

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
    if (found !== null) return [text.slice(0, found.index).trimEnd(), chinese(found[1] ?? "")]
  }
  return [text, ""]
}

const costs: ReadonlyArray<readonly [RegExp, (task: string) => string]> = [
  [/Nothing was sent and nothing was paid\.$/, () => "未发送任何请求，未产生费用。"],
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
