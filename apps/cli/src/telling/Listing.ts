/** Generations as a table for people and as data for programs. Pure. */
import type { TaskError } from "@zoetrope/core/TaskError"
import type { Generation } from "@zoetrope/engine/Generation"
import stringWidth from "fast-string-width"
import { taskJson } from "./Conclusion.ts"
import type { Style } from "../terminal/Output.ts"
import * as Standing from "./Standing.ts"
import { cut, pad, roughly } from "../terminal/Text.ts"
import type { Words } from "../words/Words.ts"

/** A line each; where that leaves too little room, two. What a person has to settle stands out. */
export const table = (
  generations: ReadonlyArray<Generation>,
  now: number,
  style: Style,
): string => {
  const { words } = style
  const standings = generations.map((one) => Standing.word(one, words))
  const wordWidth = Math.max(0, ...standings.map((text) => stringWidth(text)))
  const modelWidth = Math.max(0, ...generations.map(({ model }) => stringWidth(model)))
  const ageWidth = Math.max(0, ...generations.map((one) => stringWidth(age(one, now, words))))
  const fixed = idWidth + 2 + wordWidth + 2 + ageWidth + 2 + modelWidth
  const needsReasons = generations.some((one) => reasonOf(one, words) !== "")
  const isWide = style.columns >= fixed + (needsReasons ? leastReason : 0)
  return generations
    .map((one, index) => {
      const word = colour(one, pad(standings[index] ?? "", wordWidth), style)
      const head = `${one.id}  ${word}`
      const when = age(one, now, words)
      const why = reasonOf(one, words)
      if (isWide) {
        const reason = style.paint("dim", cut(why, style.columns - fixed - 2))
        return `${head}  ${pad(when, ageWidth)}  ${pad(one.model, modelWidth)}  ${reason}`.trimEnd()
      }
      const below = [`${when} · ${one.model}`, ...(why === "" ? [] : [why])]
      const lines = below.map((line) => style.paint("dim", cut(line, style.columns - 2)))
      return [head.trimEnd(), ...lines.map((line) => `  ${line}`)].join("\n")
    })
    .join("\n")
}

const idWidth = 12
/** Columns below which a reason tells nothing. */
const leastReason = 14

const age = ({ createdAt }: Generation, now: number, words: Words): string => {
  const seconds = Math.max(0, (now - createdAt) / 1000)
  return seconds < 86_400
    ? words.time.ago(roughly(seconds, words))
    : words.time.daysAgo(Math.floor(seconds / 86_400))
}

/** What stands in the way, or why there is no video. */
const reasonOf = (generation: Generation, words: Words): string =>
  (Standing.why(generation, words) ?? "").replaceAll(/\s+/g, " ")

export const colour = ({ state }: Generation, text: string, { paint }: Style): string => {
  switch (state) {
    case "done":
      return paint("green", text)
    case "undecided":
      return paint("bold", paint("yellow", text))
    case "failed":
      return paint("red", text)
    case "cancelled":
      return paint("dim", text)
    default:
      return paint("cyan", text)
  }
}

export const generationJson = (generation: Generation) => {
  const { account, createdAt, error, hindrance, id, model, progress, provider, state, task } =
    generation
  return {
    id,
    state,
    model,
    provider,
    account,
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(generation.updatedAt).toISOString(),
    ...(generation.cancel === "no" ? {} : { cancel: generation.cancel }),
    ...(progress === undefined ? {} : { progress }),
    ...(task?.ref === undefined ? {} : { task: taskJson(task.ref) }),
    ...(error === undefined ? {} : { error: errorJson(error) }),
    ...(hindrance === undefined ? {} : { hindrance }),
  }
}

const errorJson = (error: TaskError) => ({
  kind: error.reason._tag,
  message: error.message,
  ...(error.code === undefined ? {} : { code: error.code }),
  ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
})
