/**
 * Reads the fields of a request one by one. What has another type or a value that is not allowed is
 * a `FieldInvalid`. An empty text and `null` are no value, as in the service's own framework.
 */
import { aboutFields, invalid } from "./Envelope.ts"

export type Body = Readonly<Record<string, unknown>>

export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Real clients met this: fields that the document does not list are refused. */
export const onlyFields = (body: Body, names: ReadonlyArray<string>): void => {
  const unwanted = Object.keys(body).filter((name) => !names.includes(name))
  if (unwanted.length > 0) throw aboutFields("FieldUnwanted", ...unwanted.slice(0, 10))
}

/** Empty where it is not given. `most` counts characters (code points). */
export const text = (body: Body, name: string, most = Number.POSITIVE_INFINITY): string => {
  const value = body[name] ?? ""
  if (typeof value !== "string" || isLonger(value, most)) throw invalid(name)
  return value
}

export const flag = (body: Body, name: string, otherwise: boolean): boolean => {
  const value = body[name] ?? otherwise
  if (typeof value !== "boolean") throw invalid(name)
  return value
}

export const integer = (body: Body, name: string): number | undefined => {
  const value = body[name] ?? undefined
  if (value === undefined) return undefined
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw invalid(name)
  return value
}

/** The value, or the first of those allowed where there is none. */
export const oneOf = <A extends string | number>(
  name: string,
  value: string | number | undefined,
  allowed: ReadonlyArray<A>,
): A => {
  const found =
    value === undefined || value === "" ? allowed[0] : allowed.find((one) => one === value)
  if (found === undefined) throw invalid(name)
  return found
}

/** An address with a scheme that the service can reach; empty where it is not given. */
export const address = (body: Body, name: string): string => {
  const value = text(body, name)
  if (value !== "" && !isAddress(value)) throw invalid(name)
  return value
}

export const isAddress = (value: string): boolean =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)

const isLonger = (value: string, most: number): boolean => {
  // No text has more code points than code units.
  if (value.length <= most) return false
  let count = 0
  for (const _ of value) {
    count += 1
    if (count > most) return true
  }
  return false
}
