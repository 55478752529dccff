/**
 * Reads what the service's framework reads before anything else: ids in paths, JSON in bodies. What
 * cannot be read is a `CODEC` error, whoever sent it.
 */
import type { Received } from "@zoetrope/simulator"
import { invalid, Refusal } from "./Envelope.ts"
import { type Body, isBody } from "./Parameters.ts"

/** The id as the service reads it; throws `Refusal` for what is no 64-bit integer. */
export const readId = (text: string): string => {
  const shown = JSON.stringify(text.slice(0, 60))
  const unreadable = (why: string) =>
    new Refusal("CODEC", `parsing field "id": strconv.ParseInt: parsing ${shown}: ${why}`)
  if (!/^[+-]?\d{1,40}$/.test(text)) throw unreadable("invalid syntax")
  const id = BigInt(text.replace("+", ""))
  if (BigInt.asIntN(64, id) !== id) throw unreadable("value out of range")
  return String(id)
}

/** The id of the task to cancel: it stands in the path, and may stand in the body again. */
export const readCancel = (request: Received, text: string): string => {
  const id = readId(text)
  const body = request.body.byteLength === 0 ? {} : readBody(request)
  if ((body["id"] ?? id) !== id) throw invalid("id")
  return id
}

/** `show_detail` of a query for credits. */
export const readDetailed = (query: string): boolean => {
  const text = new URLSearchParams(query).get("show_detail") ?? ""
  if (text === "" || text === "false") return false
  if (text === "true") return true
  throw new Refusal("CODEC", `parsing field "show_detail": ${JSON.stringify(text.slice(0, 60))}`)
}

/** A JSON object; throws `Refusal`. */
export const readBody = (request: Received): Body => {
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase()
  if (mediaType !== "application/json") {
    throw new Refusal("CODEC", `unregister Content-Type: ${(mediaType ?? "").slice(0, 60)}`)
  }
  const body = parsed(request)
  if (body === undefined) throw new Refusal("CODEC", "body unmarshal: not a JSON object")
  return body
}

/** `undefined` where the body is no JSON object. */
export const parsed = ({ body }: Received): Body | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
    return isBody(value) ? value : undefined
  } catch {
    return undefined
  }
}
