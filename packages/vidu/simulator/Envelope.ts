/** What answers look like: plain JSON, errors as `{code, reason, message, metadata}`, a trace id on each. */
import { randomBytes } from "node:crypto"
import type { Answer } from "@zoetrope/simulator"
import { codes, type Reason } from "./Codes.ts"

/** A refusal with an HTTP error. Thrown while a request is read, answered in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly reason: Reason

  /** `message` in place of the reason's own. */
  constructor(reason: Reason, message?: string) {
    super(message ?? codes.get(reason)?.message ?? "")
    this.reason = reason
  }
}

/** A refusal that names fields of the request. */
export const aboutFields = (reason: Reason, ...fields: ReadonlyArray<string>): Refusal => {
  const named = fields.map((field) => field.slice(0, 60)).join(", ")
  return new Refusal(
    reason,
    codes.get(reason)?.message.replace("{fields}", () => named),
  )
}

export const invalid = (field: string): Refusal => aboutFields("FieldInvalid", field)

export const success = (body: unknown): Answer => ({
  status: 200,
  headers: headersWith(newTraceId()),
  body: JSON.stringify(body),
})

/**
 * The one documented sample of an error's body is that of a cancel.
 *
 * @see https://platform.vidu.cn/docs 取消任务接口 (copy of 2026-08)
 */
export const failure = (status: number, reason: string, message: string): Answer => {
  const traceId = newTraceId()
  return {
    status,
    headers: headersWith(traceId),
    body: JSON.stringify({ code: status, reason, message, metadata: { trace_id: traceId } }),
    code: reason,
  }
}

export const refusalAnswer = ({ reason, message }: Refusal): Answer =>
  failure(codes.get(reason)?.status ?? 400, reason, message)

const newTraceId = (): string => randomBytes(16).toString("hex")

const headersWith = (traceId: string): Readonly<Record<string, string>> => ({
  "content-type": "application/json",
  "x-md-trace-id": traceId,
})
