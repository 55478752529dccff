/** One generation with its tasks, files and history, as text for people and as data for programs. Pure. */
import { toHandle } from "@zoetrope/core/TaskRef"
import type { Record } from "@zoetrope/engine/Engine"
import type { Artifact, Task } from "@zoetrope/engine/Generation"
import { taskJson, waysOut } from "./Conclusion.ts"
import type { DataDirectory } from "./DataDirectory.ts"
import { colour, generationJson } from "./Listing.ts"
import type { Style } from "./Output.ts"
import * as Standing from "./Standing.ts"
import { clock, pad, size, wrap } from "./Text.ts"

export const recordText = (record: Record, directory: DataDirectory, style: Style): string => {
  const { artifacts, events, generation, tasks } = record
  const { columns, paint } = style
  const title = (text: string) => paint("bold", text)
  // Where it was what happened last, it stands there.
  const error =
    generation.error?.message === events.at(-1)?.message ? undefined : generation.error?.message
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["model", generation.model],
    ["account", `${generation.account} of ${generation.provider} (key ${generation.accountKey})`],
    ["asked for", `${local(generation.createdAt)}, ${tookText(record)}`],
    ...(record.input === null ? [] : [["input", inputText(record)] as const]),
    ...(generation.hindrance === undefined ? [] : [["waits for", generation.hindrance] as const]),
    ...(error === undefined ? [] : [["last error", error] as const]),
  ]
  const sections: Array<ReadonlyArray<string>> = [
    [
      `${paint("bold", generation.id)}  ${colour(generation, Standing.word(generation), style)}`,
      ...facts.flatMap(([name, value]) =>
        wrap(value, columns - 13).map(
          (line, row) => `  ${row === 0 ? paint("dim", pad(name, 10)) : pad("", 10)} ${line}`,
        ),
      ),
    ],
  ]
  if (tasks.length > 0) {
    sections.push([title("Tasks"), ...tasks.flatMap((task) => taskLines(task, style))])
  }
  if (artifacts.length > 0) {
    sections.push([
      title("Files"),
      ...artifacts.flatMap((artifact) => [
        `  ${directory.pathOf(artifact)}`,
        ...wrap(artifactFacts(artifact), columns - 4).map((line) => `    ${paint("dim", line)}`),
      ]),
    ])
  }
  sections.push([
    title("What happened"),
    ...events.flatMap(({ at, message }, index) => {
      const before = events[index - 1]
      const isNewDay = before === undefined || dayOf(before.at) !== dayOf(at)
      return [
        ...(isNewDay ? [`  ${paint("dim", dayOf(at))}`] : []),
        ...wrap(message, columns - 12).map((line, row) =>
          row === 0 ? `  ${paint("dim", timeOf(at))}  ${line}` : `            ${line}`,
        ),
      ]
    }),
  ])
  if (generation.state === "undecided") {
    sections.push([
      title("To settle it"),
      ...waysOut(directory.command, generation.id).map((line) =>
        line.startsWith("`") ? `  ${paint("cyan", line.replaceAll("`", ""))}` : `  ${line}`,
      ),
    ])
  }
  return sections.map((lines) => lines.join("\n")).join("\n\n")
}

export const recordJson = (record: Record, directory: DataDirectory) => ({
  ...generationJson(record.generation),
  digest: record.generation.digest,
  input: inputOf(record),
  inputFiles: record.files.map((file) => ({ ...file, path: directory.pathOf(file) })),
  tasks: record.tasks.map((task) => ({
    number: task.number,
    state: task.state,
    cost: costOf(task),
    sentAt: new Date(task.sentAt).toISOString(),
    // A server keeps it to itself.
    ...(task.token === "" ? {} : { token: task.token }),
    ...(task.ref === undefined ? {} : taskJson(task.ref)),
  })),
  artifacts: record.artifacts.map((one) => ({ ...one, path: directory.pathOf(one) })),
  events: record.events.map(({ at, kind, message }) => ({
    at: new Date(at).toISOString(),
    kind,
    message,
  })),
})

const taskLines = (task: Task, { columns, paint }: Style): ReadonlyArray<string> => {
  const { number, ref, sentAt, state, token } = task
  const name = ref === undefined ? "no task known" : `task ${ref.taskId}`
  return [
    ...wrap(`${number}  ${state} · ${name} · sent ${local(sentAt)}`, columns - 2).map(
      (line, index) => (index === 0 ? `  ${line}` : `     ${line}`),
    ),
    ...wrap(`${costOf(task)}${token === "" ? "" : `; its mark is ${token}`}`, columns - 5).map(
      (line) => `     ${paint("dim", line)}`,
    ),
    // In one piece, to be copied whole.
    ...(ref === undefined ? [] : [`     ${paint("dim", toHandle(ref))}`]),
  ]
}

/** What is known of what a submit cost. */
const costOf = ({ state }: Task): string => {
  switch (state) {
    case "refused":
      return "nothing was paid"
    case "succeeded":
      return "paid"
    case "submitting":
    case "undecided":
      return "may exist and may be paid"
    case "running":
      return "paid for, by the provider's rules"
    case "failed":
    case "cancelled":
      return "paid only where the provider charges for such an end"
  }
}

/** Its hash is its name. */
const artifactFacts = ({ bytes, codec, height, kind, seconds, width }: Artifact): string =>
  [
    kind,
    size(bytes),
    width === undefined || height === undefined ? "" : `${width}×${height}`,
    seconds === undefined ? "" : `${Math.round(seconds * 10) / 10} s`,
    codec ?? "",
  ]
    .filter((fact) => fact !== "")
    .join(" · ")

/** Files are named in their places. The query of an address may be a signature. */
const inputOf = ({ input }: Record): unknown =>
  JSON.parse(
    JSON.stringify(input, (_, value: unknown) =>
      typeof value === "string" ? value.replaceAll(/(https?:\/\/[^\s?]+)\?\S*/g, "$1?…") : value,
    ),
  )

/** A long text is cut. */
const inputText = (record: Record): string => {
  const text = JSON.stringify(inputOf(record))
  return text.length > 400 ? `${text.slice(0, 400)}…` : text
}

const tookText = ({ generation }: Record): string => {
  const seconds = clock((generation.updatedAt - generation.createdAt) / 1000)
  return generation.state === "done" ? `done after ${seconds}` : `last changed after ${seconds}`
}

/** In the time zone of whoever looks. */
const local = (millis: number): string => `${dayOf(millis)} ${timeOf(millis)}`

const dayOf = (millis: number): string => {
  const date = new Date(millis)
  return [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-")
}

const timeOf = (millis: number): string => {
  const date = new Date(millis)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")
}

const two = (value: number): string => String(value).padStart(2, "0")
