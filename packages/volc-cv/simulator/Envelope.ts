/**
 * The two envelopes of the service: the gateway's `ResponseMetadata`, and the business answer with
 * `code`, `data`, `message`, `request_id`, `status` and `time_elapsed`.
 */
import { randomBytes } from "node:crypto"
import type { Answer, Received } from "@zoetrope/simulator"
import { businessCodes, type GatewayCode } from "./Codes.ts"

/** A refusal in the business envelope. Thrown while a request is read, answered in one place. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly code: number

  /** `message` in place of the code's own. */
  constructor(code: number, message?: string) {
    super(message ?? businessCodes.get(code)?.message ?? "Unknown")
    this.code = code
  }
}

export interface BusinessAnswer {
  readonly code: number
  readonly message: string
  readonly data: unknown
  /** HTTP status. */
  readonly status: number
  /** The lip-sync document's answers have no `status` member; those of the others repeat the code. */
  readonly repeatsCode: boolean
}

export const businessAnswer = (
  request: Received,
  wall: number,
  { code, message, data, status, repeatsCode }: BusinessAnswer,
): Answer => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({
    code,
    data,
    message,
    request_id: requestId(wall),
    ...(repeatsCode ? { status: code } : {}),
    time_elapsed: goDuration((performance.now() - request.receivedAt) * 1e6),
  }),
  ...(code === 10000 ? {} : { code: String(code) }),
})

export const gatewayAnswer = (
  wall: number,
  error: GatewayCode,
  message: string,
  about: { readonly action: string; readonly version: string; readonly region: string },
): Answer => ({
  status: error.status,
  headers: { "content-type": "application/json; charset=utf-8" },
  body: JSON.stringify({
    ResponseMetadata: {
      RequestId: requestId(wall),
      Action: about.action,
      Version: about.version,
      Service: "cv",
      Region: about.region,
      Error: {
        ...(error.codeN === undefined ? {} : { CodeN: error.codeN }),
        Code: error.code,
        Message: message,
      },
    },
  }),
  code: error.code,
})

/** 14 digits of the time in Beijing and 20 hexadecimal digits, as in every documented example. */
export const requestId = (wall: number): string => {
  const beijing = new Date(wall + 8 * 3600 * 1000).toISOString()
  return beijing.replace(/\D/g, "").slice(0, 14) + randomBytes(10).toString("hex").toUpperCase()
}

/**
 * A duration as Go prints it: `84.448µs`, `104.852309ms`, `3.964553804s`, `1m0.5s`.
 *
 * @see https://pkg.go.dev/time#Duration.String
 */
export const goDuration = (nanoseconds: number): string => {
  const total = Math.max(0, Math.round(nanoseconds))
  if (total === 0) return "0s"
  const inUnit = (unit: number): string => String(Number((total / unit).toFixed(9)))
  if (total < 1e3) return `${total}ns`
  if (total < 1e6) return `${inUnit(1e3)}µs`
  if (total < 1e9) return `${inUnit(1e6)}ms`
  const seconds = `${Number(((total % 60e9) / 1e9).toFixed(9))}s`
  const minutes = Math.floor(total / 60e9)
  if (minutes === 0) return seconds
  return minutes < 60
    ? `${minutes}m${seconds}`
    : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`
}
