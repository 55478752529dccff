/**
 * What the answer to a poll means. Only an answer about the task (`state`) ends it; a refused or broken
 * call leaves it untouched, whatever its code and status.
 *
 * @see https://platform.vidu.cn/docs/search-task-api (read 2026-11-20)
 */
import { GenerationFailed, type Reason, Unproven } from "@zoetrope/core/Reason"
import type { Output, TaskState } from "@zoetrope/core/TaskState"
import type { Schema } from "effect"
import type { ErrorReply, Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"
import { linkExpiry } from "./linkExpiry.ts"
import { reasonOf, reasonOfReply, unavailable } from "./reasonOf.ts"
import { type Creation, type Creations, readCreations } from "./Schema.ts"
import { offPeakSeconds } from "./ViduModel.ts"

/** What the handle knows of the task, and when the answer came. */
export interface Asked {
  readonly offPeak: boolean
  /** A watermark was asked for. */
  readonly watermark: boolean
  /** Seconds since the submit. */
  readonly ageSeconds: number
  /** Epoch milliseconds. */
  readonly now: number
}

export type PollResult =
  | {
      readonly _tag: "State"
      readonly state: Exclude<TaskState, { readonly _tag: "Failed" }>
      readonly warnings: ReadonlyArray<string>
    }
  | {
      readonly _tag: "TaskFailed"
      readonly reason: Reason
      /** `err_code`, where it is given. */
      readonly code?: string
      readonly message?: string
    }
  | { readonly _tag: "CallFailed"; readonly reason: Reason }

/** @param redact cleans the words of the provider that are kept */
export const readPoll = (
  asked: Asked,
  reply: Reply,
  redact: (text: string) => string = (text) => text,
): PollResult => {
  switch (reply._tag) {
    case "Broken":
    case "Unreadable":
      return callFailed(reasonOfReply(reply))
    case "Error":
      return readError(reply)
    case "Ok":
      return readAnswer(asked, cleaned(readCreations(reply.json) ?? {}, redact), reply.status)
  }
}

const cleaned = (answer: Creations, redact: (text: string) => string): Creations => ({
  ...answer,
  ...(answer.err_code === undefined ? {} : { err_code: redact(answer.err_code) }),
  ...(answer.err_msg === undefined ? {} : { err_msg: redact(answer.err_msg) }),
})

const readError = (reply: ErrorReply): PollResult => {
  const row = lookup(reply.code)
  const said = `${reply.code} "${reply.message}"`
  if (row?.kind === "not-found") {
    return state({ _tag: "NotFound", message: `Vidu does not know the task (${said})` })
  }
  const { errorStatus: status = 500, retryAfterMillis } = reply
  // An unknown word together with a status that passes or that is about the key says nothing of the task.
  const aboutCall = status >= 500 || [401, 403, 408, 429, 499].includes(status)
  return row === undefined && aboutCall
    ? callFailed(unavailable(`HTTP ${reply.status}, ${said}`, retryAfterMillis))
    : callFailed(reasonOf(reply))
}

const readAnswer = (asked: Asked, answer: Creations, status: number): PollResult => {
  // The page on content moderation writes `"status":"FAILED"` where the API's page has `state`.
  const word = (answer.state ?? answer.status)?.toLowerCase()
  switch (word) {
    case "created":
    case "queueing":
      return state({ _tag: "Queued" })
    case "processing":
      return state(running(answer))
    case "success":
      return readResult(asked, answer)
    case "failed":
      return readFailure(asked, answer)
    case undefined:
      return callFailed(unavailable(`HTTP ${status}, JSON without a state`))
    default:
      return state(running(answer), [
        `the state ${JSON.stringify(word.slice(0, 80))} is in no document; it is taken as running`,
      ])
  }
}

/** The page on pricing: what failed, review included, is not charged. */
const notCharged = "A task that ends without a video costs no credits"

const readFailure = (asked: Asked, { err_code, err_msg }: Creations): PollResult => {
  const code = err_code ?? ""
  const taskFailed = (reason: Reason): PollResult => ({
    _tag: "TaskFailed",
    reason,
    ...(code === "" ? {} : { code }),
    ...(err_msg === undefined || err_msg === "" ? {} : { message: err_msg }),
  })
  if (code === "UserCancelled" || code === "Canceled") {
    const overdue = asked.offPeak && asked.ageSeconds >= offPeakSeconds
    return overdue
      ? taskFailed(
          new GenerationFailed({
            retryable: "undocumented",
            meaning:
              "the off-peak task was not done within 48 hours, after which Vidu cancels it by itself",
            advice: notCharged,
          }),
        )
      : state({ _tag: "Cancelled" })
  }
  return taskFailed(
    code === ""
      ? new GenerationFailed({
          retryable: "undocumented",
          meaning: "Vidu gives no err_code",
          advice: notCharged,
        })
      : reasonOf({ code, message: err_msg ?? "" }, notCharged),
  )
}

/** The one to keep stands first: the marked file for whoever asked for a mark. */
const plainFirst: ReadonlyArray<Output["kind"]> = ["video", "watermarked", "cover"]
const markedFirst: ReadonlyArray<Output["kind"]> = ["watermarked", "video", "cover"]

const readResult = (asked: Asked, answer: Creations): PollResult => {
  const creations = (answer.creations ?? []).filter((one) => one !== undefined)
  const rank = asked.watermark ? markedFirst : plainFirst
  const [first, ...rest] = creations
    .flatMap((creation) => outputsOf(creation, asked.now))
    .toSorted((a, b) => rank.indexOf(a.kind) - rank.indexOf(b.kind))
  if (first === undefined || first.kind === "cover") {
    return {
      _tag: "TaskFailed",
      reason: new Unproven({
        state: "no_link",
        detail: "Vidu says that the task is done, but gives no link to a video",
      }),
    }
  }
  const warnings: Array<string> = []
  if (first.kind !== rank[0]) {
    warnings.push(
      asked.watermark
        ? "a watermark was asked for, but there is no watermarked video; the plain one is taken"
        : "there is no plain video; the watermarked one is taken",
    )
  }
  if (answer.err_code !== undefined && answer.err_code !== "") {
    warnings.push(`there is a video, but the result holds err_code ${answer.err_code.slice(0, 80)}`)
  }
  return state(
    {
      _tag: "Succeeded",
      outputs: [first, ...rest],
      ...(answer.credits === undefined ? {} : { credits: answer.credits }),
      ...factsOf(creations),
    },
    warnings,
  )
}

/** Seconds that a link lives where it does not say: the document's 24 h, and the hour measured of covers. */
const linkLife = { video: 86_400, watermarked: 86_400, cover: 3600 } as const

const outputsOf = (creation: Creation, now: number): ReadonlyArray<Output> => {
  const outputOf = (kind: Output["kind"], url: string | undefined): ReadonlyArray<Output> =>
    url !== undefined && /^https?:\/\//i.test(url)
      ? [
          {
            kind,
            url,
            expiresAt: new Date(linkExpiry(url) ?? now + linkLife[kind] * 1000).toISOString(),
            ...(kind === "cover" ? {} : mediaOf(creation)),
          },
        ]
      : []
  return [
    ...outputOf("video", creation.url),
    ...outputOf("watermarked", creation.watermarked_url),
    ...outputOf("cover", creation.cover_url),
  ]
}

const mediaOf = ({ video }: Creation): Pick<Output, "seconds" | "width" | "height"> => ({
  ...(isSize(video?.duration) ? { seconds: video.duration } : {}),
  ...(isSize(video?.resolution?.width) ? { width: video.resolution.width } : {}),
  ...(isSize(video?.resolution?.height) ? { height: video.resolution.height } : {}),
})

const isSize = (value: number | undefined): value is number => value !== undefined && value > 0

const factsOf = (
  creations: ReadonlyArray<Creation>,
): { readonly facts?: { readonly [name: string]: Schema.Json } } => {
  const [creation] = creations
  const facts = {
    ...(creation?.id === undefined ? {} : { creation_id: creation.id }),
    ...(isSize(creation?.video?.fps) ? { fps: creation.video.fps } : {}),
  }
  return Object.keys(facts).length === 0 ? {} : { facts }
}

const running = ({ progress }: Creations) =>
  progress === undefined || progress < 0 || progress > 100
    ? ({ _tag: "Running" } as const)
    : ({ _tag: "Running", progress } as const)

const state = (
  value: Exclude<TaskState, { readonly _tag: "Failed" }>,
  warnings: ReadonlyArray<string> = [],
): PollResult => ({ _tag: "State", state: value, warnings })

const callFailed = (reason: Reason): PollResult => ({ _tag: "CallFailed", reason })
