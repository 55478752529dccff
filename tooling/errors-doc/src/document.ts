/**
 * The document as Markdown, in English and Chinese side by side. Pure: sections in, text out; the
 * formatter of the repository gives it its final shape.
 */
import type { Text } from "@zoetrope/core/Model"
import type { Retryable } from "@zoetrope/core/Reason"
import { type Verdict, verdictOf } from "@zoetrope/core/Verdict"
import type { ExitCode } from "./exitCodes.ts"
import { sentenceOf } from "./outcomes.ts"
import { reasonAnchor, reasons } from "./reasons.ts"
import type { CodeEntry, CodeGroup, ProviderSection, Source, Where } from "./Section.ts"
import { verdictAnchor, verdictLink, verdicts } from "./verdicts.ts"

export const documentOf = (
  exitCodes: ReadonlyArray<ExitCode>,
  providers: ReadonlyArray<ProviderSection>,
): string =>
  [
    "# Errors · 错误",
    "<!-- Written by `./zoe errors-doc` from the tables of the packages. Change those, then run it again. -->",
    intro.en,
    intro.zh,
    contents(providers),
    heading(2, { en: "Exit codes", zh: "退出码" }, "exit-codes"),
    exitCodeTable("en", exitCodes),
    exitCodeTable("zh", exitCodes),
    heading(2, { en: "What Zoetrope does", zh: "Zoetrope 的处理" }, "verdicts"),
    table(
      ["Verdict · 处理", "English", "中文"],
      Object.entries(verdicts).map(([verdict, { meaning, name }]) => [
        `${anchor(verdictAnchor(verdict as Verdict))}**${name.en}** · ${name.zh}`,
        meaning.en,
        meaning.zh,
      ]),
    ),
    heading(2, { en: "Reasons", zh: "错误原因" }, "reasons"),
    ...tags.flatMap(reasonSection),
    ...providers.flatMap(providerSection),
  ].join("\n\n")

const intro: Text = {
  en: "Every failure names its reason, and the provider's code if it gave one. Here is what each means, what Zoetrope does about it by itself, and what you can do. Look the code up with your browser's search, or go to `#provider-code`, such as [`#volc-cv-50412`](#volc-cv-50412).",
  zh: "每个错误都会注明原因；若服务商返回了错误码，也会一并注明。本页说明其含义、Zoetrope 的自动处理方式以及您可以采取的措施。可用浏览器搜索错误码，或直接跳转到 `#服务商-错误码`，例如 [`#volc-cv-50412`](#volc-cv-50412)。",
}

const contents = (providers: ReadonlyArray<ProviderSection>): string =>
  [
    "- [Exit codes · 退出码](#exit-codes)",
    "- [What Zoetrope does · Zoetrope 的处理](#verdicts)",
    "- [Reasons · 错误原因](#reasons): " +
      tags.map((tag) => `[${tag}](#${reasonAnchor(tag)})`).join(", "),
    ...providers.flatMap(({ groups, id, title }) => [
      `- [${both(title)}](#${id})`,
      ...groups.map(
        (group) =>
          `  - ${both(group.title)}: ${group.codes.map(({ code }) => `[${code}](#${id}-${code})`).join(", ")}`,
      ),
    ]),
  ].join("\n")

const exitCodeTable = (language: keyof Text, exitCodes: ReadonlyArray<ExitCode>): string =>
  table(
    language === "en"
      ? ["Code", "Meaning", "May money have been spent?", "What you can do"]
      : ["退出码", "含义", "可能已产生费用？", "您可以"],
    exitCodes.map(({ advice, code, meaning, paid }) => [
      String(code),
      meaning[language],
      paid[language],
      advice[language],
    ]),
  )

const tags = (Object.keys(reasons) as ReadonlyArray<keyof typeof reasons>).toSorted()

const wheres: ReadonlyArray<Where> = ["submit", "poll", "task"]

const whereNames: { readonly [W in Where]: Text } = {
  submit: { en: "At a submit", zh: "提交时" },
  poll: { en: "At a poll", zh: "查询时" },
  task: { en: "As the end of a task", zh: "任务结束时" },
}

const reasonSection = (tag: (typeof tags)[number]): ReadonlyArray<string> => {
  const { advice, meaning } = reasons[tag]
  return [
    `### ${anchor(reasonAnchor(tag))}${tag}`,
    facts([[{ en: "Meaning", zh: "含义" }, meaning], ...verdictRows(tag), [youCan, advice]]),
  ]
}

const youCan: Text = { en: "What you can do", zh: "您可以" }

const verdictRows = (tag: (typeof tags)[number]): ReadonlyArray<readonly [Text, Text]> => {
  const rows = wheres.map((where) => [whereNames[where], verdictsOf(tag, where)] as const)
  const [[, first]] = rows as [(typeof rows)[number]]
  return rows.every(([, verdict]) => verdict.en === first.en)
    ? [[{ en: "Wherever it is met", zh: "任何时候" }, first]]
    : rows
}

/** Where a document's word decides, the verdict for `yes`, and that for everything else. */
const verdictsOf = (tag: (typeof tags)[number], where: Where): Text => {
  const links = reasons[tag].examples.map((reason) => verdictLink(verdictOf(where, reason)))
  const [first, second] = links as [Text, Text?]
  return second === undefined || second.en === first.en
    ? first
    : {
        en: `${first.en} where the model's document says that the code may be tried again, else ${second.en}`,
        zh: `模型文档注明可重试时${first.zh}，否则${second.zh}`,
      }
}

const providerSection = ({ groups, id, intro: words, title }: ProviderSection) => [
  heading(2, title, id),
  words.en,
  words.zh,
  ...groups.flatMap((group) => groupSection(id, group, groups.length > 1)),
]

const groupSection = (id: string, group: CodeGroup, titled: boolean): ReadonlyArray<string> => [
  ...(titled ? [`### ${both(group.title)}`] : []),
  ...group.codes.flatMap((entry) => codeSection(id, entry, titled ? 4 : 3)),
]

const codeSection = (id: string, entry: CodeEntry, level: number): ReadonlyArray<string> => [
  `${"#".repeat(level)} ${anchor(`${id}-${entry.code}`)}${entry.code}`,
  [
    ...entry.messages.map((message) => `\`${message}\``),
    `[${entry.reason._tag}](#${reasonAnchor(entry.reason._tag)})${entry.reason._tag === "Moderated" ? ` (\`${entry.reason.stage}\`)` : ""}`,
  ].join(", "),
  facts([
    [{ en: "Meaning", zh: "含义" }, entry.meaning],
    ...entry.outcomes.map(({ answer, models, where }) => {
      const name = whereNames[where]
      const label =
        models === undefined
          ? name
          : { en: `${name.en} (${models.en})`, zh: `${name.zh}（${models.zh}）` }
      return [label, sentenceOf(answer)] as const
    }),
    [youCan, adviceFor(entry)],
  ]),
  entry.sources.flatMap(sourceLines).join("\n"),
]

/** What keeps anybody from paying twice stands first, then the documents' own advice. */
const adviceFor = ({ advice, outcomes, reason }: CodeEntry): Text => {
  const asking = outcomes.filter(({ answer }) => answer.verdict === "ask")
  const looks = asking.map(({ answer, where }) => {
    const [name, look] = [whereNames[where], reasons[answer.reason._tag].advice]
    return { en: `${name.en}: ${look.en}`, zh: `${name.zh}：${look.zh}` }
  })
  const documented = advice.map(({ en, zh }) => ({ en: `${en}.`, zh: `${zh}。` }))
  const all = [...looks, ...documented, reasons[reason._tag].advice]
  return { en: all.map(({ en }) => en).join(" "), zh: all.map(({ zh }) => zh).join("") }
}

const sourceLines = (source: Source): ReadonlyArray<string> => {
  const { http, notes, read, retryable, title, updated, url } = source
  const facts = [
    updated === undefined ? undefined : `updated ${updated}`,
    `read ${read}`,
    http === undefined ? undefined : `HTTP ${http}`,
    retryWords[retryable],
  ].filter((fact) => fact !== undefined)
  return [
    `- [${title}](${url}): ${facts.join(", ")}`,
    ...notes.flatMap((note) => (note === undefined ? [] : `  - ${sentence(note)}`)),
  ]
}

const retryWords: { readonly [R in Retryable]: string } = {
  yes: "may be tried again · 可重试",
  no: "need not be tried again · 不需要重试",
  undocumented: "nothing on trying again · 未说明是否重试",
}

const sentence = (text: string): string => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}

const facts = (rows: ReadonlyArray<readonly [label: Text, value: Text]>): string =>
  table(
    ["", "English", "中文"],
    rows.map(([label, value]) => [both(label), value.en, value.zh]),
  )

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n")

const heading = (level: number, title: Text, id: string): string =>
  `${"#".repeat(level)} ${anchor(id)}${both(title)}`

const anchor = (id: string): string => `<a id="${id}"></a>`

const both = ({ en, zh }: Text): string => (en === zh ? en : `${en} · ${zh}`)
