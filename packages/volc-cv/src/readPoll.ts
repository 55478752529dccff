/**
 * What the answer to a poll means, sorted by code and never by HTTP status: something about this call,
 * which leaves the task untouched; something about the task; or a code that ends the wait.
 */
import { type Reason, Unavailable, Unproven } from "@zoetrope/core/Reason"
import type { Output, TaskState } from "@zoetrope/core/TaskState"
import type { Schema } from "effect"
import type { GatewayReply, Reply, ServiceReply } from "./Client.ts"
import { aboutOf, lookup, type Product } from "./Codes.ts"
import { gatewayReasonOf, reasonOf } from "./reasonOf.ts"
import { type Data, readRespData, type RespData } from "./Schema.ts"

export type PollResult =
  | {
      readonly _tag: "State"
      readonly state: Exclude<TaskState, { readonly _tag: "Failed" }>
      readonly warnings: ReadonlyArray<string>
    }
  | { readonly _tag: "TaskFailed"; readonly reason: Reason }
  | { readonly _tag: "CallFailed"; readonly reason: Reason }

/** The document's life of a result link; where it gives none, its siblings' is the safe one. */
const linkMillis = 3_600_000

/** @param now epoch milliseconds at which the answer came: links are counted from here */
export const readPoll = (product: Product, reply: Reply, now: number): PollResult => {
  switch (reply._tag) {
    case "Broken":
      return callFailed(new Unavailable({ detail: reply.detail }))
    case "Unreadable":
      return callFailed(unavailable(reply.detail, reply.retryAfterMillis))
    case "Gateway":
      return callFailed(gatewayReason(reply))
    case "Service":
      return readService(product, reply, now)
  }
}

/**
 * What a task that ended without a video costs.
 *
 * @see https://www.volcengine.com/docs/85621/1544714 (read 2026-11-20)
 */
const notBilled = "By the price page only videos that succeed are billed"

const readService = (product: Product, reply: ServiceReply, now: number): PollResult => {
  const { code, data, retryAfterMillis } = reply
  if (code === "10000") return readState(reply, data ?? {}, now)

  const reason = reasonOf({ operation: "poll", product, ...reply })
  const taskFailed = (): PollResult => ({
    _tag: "TaskFailed",
    reason: reasonOf({ operation: "poll", product, ...reply }, notBilled),
  })
  if (data?.status === "done") return taskFailed()
  if (data?.status === "expired" || data?.status === "not_found") return readState(reply, data, now)

  switch (aboutOf(lookup(product, code), code)) {
    case "task":
      return taskFailed()
    case "not-found":
      return state({
        _tag: "NotFound",
        message: `the service does not know the task (${said(reply)})`,
      })
    case "call":
      return callFailed(reason)
    case "other":
      // A status of 401 or 403 is about the credentials, and the task is untouched by that.
      return reason._tag === "UnknownCode" && (reply.status === 401 || reply.status === 403)
        ? callFailed(unavailable(said(reply), retryAfterMillis))
        : callFailed(reason)
  }
}

/** The states that the documents name; `processing` is a sibling model's word for being prepared. */
const readState = (reply: ServiceReply, data: Data, now: number): PollResult => {
  const inner = readRespData(data.resp_data)
  switch (data.status) {
    case "in_queue":
      return state({ _tag: "Queued" })
    case "generating":
    case "processing":
      return state(running(inner))
    case "done":
      return readResult(reply, data, inner, now)
    case "expired":
      return state({
        _tag: "Expired",
        message: `the service says the task has expired (${said(reply)})`,
      })
    case "not_found":
      return state({
        _tag: "NotFound",
        message: `the service says there is no such task, or it is older than 12 hours (${said(reply)})`,
      })
    default:
      return state(running(inner), [
        data.status === undefined
          ? "the answer is a success without a state; it is taken as running"
          : `the state ${JSON.stringify(data.status.slice(0, 80))} is in no document; it is taken as running`,
      ])
  }
}

const readResult = (
  reply: ServiceReply,
  data: Data,
  inner: RespData | undefined,
  now: number,
): PollResult => {
  const innerError =
    inner?.code === undefined || inner.code === "0"
      ? undefined
      : `inner code ${inner.code} "${inner.message ?? inner.msg ?? ""}"`
  const url = [data.video_url, data.url, inner?.url].find(isLink)
  if (url === undefined) {
    return {
      _tag: "TaskFailed",
      reason: new Unproven({
        state: "no_link",
        detail: `the service says the task is done, but gives no link to a video (${[said(reply), innerError].filter((part) => part !== undefined).join(", ")})`,
      }),
    }
  }
  return state(
    {
      _tag: "Succeeded",
      outputs: [outputOf(url, inner, now)],
      ...factsOf(data, inner),
    },
    innerError === undefined ? [] : [`there is a video, but the result holds an ${innerError}`],
  )
}

const outputOf = (url: string, inner: RespData | undefined, now: number): Output => {
  const meta = inner?.video_meta?.[0]
  return {
    kind: "video",
    url,
    expiresAt: new Date(now + linkMillis).toISOString(),
    ...positive("bytes", meta?.Size),
    ...(meta?.Md5 === undefined ? {} : { md5: meta.Md5.toLowerCase() }),
    ...positive("width", meta?.Width),
    ...positive("height", meta?.Height),
    ...positive("seconds", meta?.Duration),
    ...(meta?.Codec === undefined ? {} : { codec: meta.Codec }),
  }
}

const positive = <Name extends string>(
  name: Name,
  value: number | undefined,
): { readonly [N in Name]?: number } =>
  value === undefined || value <= 0 ? {} : ({ [name]: value } as { readonly [N in Name]: number })

const factsOf = (
  data: Data,
  inner: RespData | undefined,
): { readonly facts?: { readonly [name: string]: Schema.Json } } => {
  const facts = {
    ...(data.aigc_meta_tagged === undefined ? {} : { aigc_meta_tagged: data.aigc_meta_tagged }),
    ...(inner?.vid?.[0] === undefined ? {} : { vid: inner.vid[0] }),
  }
  return Object.keys(facts).length === 0 ? {} : { facts }
}

const running = (inner: RespData | undefined) => {
  const progress = inner?.progress
  return progress === undefined || progress < 0 || progress > 100
    ? ({ _tag: "Running" } as const)
    : ({ _tag: "Running", progress } as const)
}

const isLink = (url: string | undefined): url is string =>
  url !== undefined && /^https?:\/\//i.test(url)

const state = (
  value: Exclude<TaskState, { readonly _tag: "Failed" }>,
  warnings: ReadonlyArray<string> = [],
): PollResult => ({ _tag: "State", state: value, warnings })

const callFailed = (reason: Reason): PollResult => ({ _tag: "CallFailed", reason })

const unavailable = (detail: string, retryAfterMillis: number | undefined): Unavailable =>
  new Unavailable({ detail, ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }) })

/** Whatever the gateway says of a poll, the task is untouched by it. */
const gatewayReason = (reply: GatewayReply): Reason => {
  const reason = gatewayReasonOf(reply.code, reply.message, reply.retryAfterMillis)
  switch (reason._tag) {
    case "Unauthorized":
    case "Forbidden":
    case "RateLimited":
    case "ProviderFault":
      return reason
    default:
      return unavailable(`gateway ${reply.code} "${reply.message}"`, reply.retryAfterMillis)
  }
}

const said = (reply: ServiceReply): string => `code ${reply.code} "${reply.message}"`
