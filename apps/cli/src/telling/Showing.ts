/** One generation with its tasks, files and history, as text for people and as data for programs. Pure. */
import { toHandle } from "@zoetrope/core/TaskRef"
import type { Record } from "@zoetrope/engine/Engine"
import type { Artifact, Event, Task } from "@zoetrope/engine/Generation"
import { taskJson, waysOut } from "./Conclusion.ts"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { colour, generationJson } from "./Listing.ts"
import type { Style } from "../terminal/Output.ts"
import * as Standing from "./Standing.ts"
import { clock, pad, size, wrap } from "../terminal/Text.ts"
import { en, type Words } from "../words/Words.ts"

export const recordText = (record: Record, directory: DataDirectory, style: Style): string => {
  const { artifacts, events, generation, tasks } = record
  const { columns, paint, words } = style
  const { headings, show } = words
  const title = (text: string) => paint("bold", text)
  // Where it was what happened last, it stands there.
  const error = generation.error?.message === events.at(-1)?.message ? undefined : generation.error
  const facts: ReadonlyArray<readonly [string, string]> = [
    [show.model, generation.model],
    [
      show.account,
      show.accountText(generation.account, generation.provider, generation.accountKey),
    ],
    [show.askedFor, show.askedForText(local(generation.createdAt), tookText(record, words))],
    ...(record.input === null ? [] : [[show.input, inputText(record)] as const]),
    ...(generation.hindrance === undefined
      ? []
      : [[show.waitsFor, words.packages.sentence(generation.hindrance)] as const]),
    ...(error === undefined ? [] : [[show.lastError, words.packages.error(error)] as const]),
  ]
  const sections: Array<ReadonlyArray<string>> = [
    [
      `${paint("bold", generation.id)}  ${colour(generation, Standing.word(generation, words), style)}`,
      ...facts.flatMap(([name, value]) =>
        wrap(value, columns - nameWidth - 3).map(
          (line, row) =>
            `  ${row === 0 ? paint("dim", pad(name, nameWidth)) : pad("", nameWidth)} ${line}`,
        ),
      ),
    ],
  ]
  if (tasks.length > 0) {
    sections.push([title(headings.tasks), ...tasks.flatMap((task) => taskLines(task, style))])
  }
  if (artifacts.length > 0) {
    sections.push([
      title(headings.files),
      ...artifacts.flatMap((artifact) => [
        `  ${directory.pathOf(artifact)}`,
        ...wrap(artifactFacts(artifact, words), columns - 4).map(
          (line) => `    ${paint("dim", line)}`,
        ),
      ]),
    ])
  }
  sections.push([
    title(headings.happened),
    ...events.flatMap((event, index) => {
      const { at } = event
      const message = eventText(event, record, words)
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
      title(headings.settle),
      ...waysOut(directory, generation.id)
        .map((say) => say(words))
        .map((line) =>
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
    cost: en.show.costs[task.state],
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

/** Columns of the longest name of a fact, in any language. */
const nameWidth = 10

const taskLines = (task: Task, { columns, paint, words }: Style): ReadonlyArray<string> => {
  const { show } = words
  const { number, ref, sentAt, state, token } = task
  const name = ref === undefined ? show.noTask : show.task(ref.taskId)
  const facts = [show.taskStates[state], name, show.sent(local(sentAt))]
  const cost = show.costs[state]
  return [
    ...wrap(`${number}  ${facts.join(" · ")}`, columns - 2).map((line, index) =>
      index === 0 ? `  ${line}` : `     ${line}`,
    ),
    ...wrap(token === "" ? cost : show.mark(cost, token), columns - 5).map(
      (line) => `     ${paint("dim", line)}`,
    ),
    // In one piece, to be copied whole.
    ...(ref === undefined ? [] : [`     ${paint("dim", toHandle(ref))}`]),
  ]
}

/** The error that it tells of is known in full where it is the last one. */
const eventText = (event: Event, { generation: { error } }: Record, words: Words): string =>
  error !== undefined && event.message === error.message
    ? words.packages.error(error)
    : words.packages.event(event)

/** Its hash is its name. */
const artifactFacts = (
  { bytes, codec, height, kind, seconds, width }: Artifact,
  { show, time }: Words,
): string =>
  [
    show.files[kind],
    size(bytes),
    width === undefined || height === undefined ? "" : `${width}×${height}`,
    seconds === undefined ? "" : time.seconds(Math.round(seconds * 10) / 10),
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

const tookText = ({ generation }: Record, { show }: Words): string => {
  const seconds = clock((generation.updatedAt - generation.createdAt) / 1000)
  return generation.state === "done" ? show.doneAfter(seconds) : show.changedAfter(seconds)
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
