/**
 * Reads the parameters of a submit, one by one, and refuses as the service's common codes say: 50201
 * what is missing, 50204 what has another type, 50200 what has a value that is not allowed. Empty
 * strings and names that the model's document does not list are refused too: the first is known of
 * the service, the second catches a client that sends what nobody reads.
 */
import { Refusal } from "./Envelope.ts"

export type Body = Readonly<Record<string, unknown>>

export const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const onlyNames = (body: Body, names: ReadonlyArray<string>, within = ""): void => {
  for (const name of Object.keys(body)) {
    if (!names.includes(name)) {
      throw new Refusal(
        50200,
        `Invalid args: ${within}${name.slice(0, 60)} is not a parameter of this service`,
      )
    }
  }
}

export const optional = {
  text: (body: Body, name: string): string | undefined => {
    const value = body[name]
    if (value === undefined) return undefined
    if (typeof value !== "string") throw wrongType(name, "a string")
    if (value === "") throw new Refusal(50200, `Invalid args: ${name} is empty`)
    return value
  },
  flag: (body: Body, name: string): boolean | undefined => {
    const value = body[name]
    if (value === undefined || typeof value === "boolean") return value
    throw wrongType(name, "a bool")
  },
  number: (body: Body, name: string): number | undefined => {
    const value = body[name]
    if (value === undefined || typeof value === "number") return value
    throw wrongType(name, "a number")
  },
  integer: (body: Body, name: string): number | undefined => {
    const value = optional.number(body, name)
    if (value === undefined || Number.isSafeInteger(value)) return value
    throw wrongType(name, "an int")
  },
  /** A list of exactly one string, as every list of these models is. */
  single: (body: Body, name: string): string | undefined => {
    const value = body[name]
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw wrongType(name, "an array of string")
    const [only]: ReadonlyArray<unknown> = value
    if (value.length !== 1) throw notAllowed(name, `${value.length} items`, "exactly 1")
    if (typeof only !== "string") throw wrongType(name, "an array of string")
    return only
  },
  object: (body: Body, name: string): Body | undefined => {
    const value = body[name]
    if (value === undefined || isBody(value)) return value
    throw wrongType(name, "an object")
  },
}

/** An address with a scheme that the service can fetch. */
export const checkAddress = (name: string, value: string): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw notAllowed(name, "no address", "an http or https URL")
  }
  return value
}

export const requiredAddress = (body: Body, name: string, missing: number = 50201): string => {
  const value = body[name]
  if (value === undefined || value === "") throw new Refusal(missing, `${name} is missing`)
  return checkAddress(name, required(optional.text(body, name), name))
}

export const required = <A>(value: A | undefined, name: string): A => {
  if (value === undefined) throw new Refusal(50201, `Missing args: ${name}`)
  return value
}

export const oneOf = <A extends string | number>(
  name: string,
  value: A | undefined,
  allowed: ReadonlyArray<A>,
): A | undefined => {
  if (value === undefined || allowed.includes(value)) return value
  throw notAllowed(name, String(value), allowed.join(", "))
}

export const notAllowed = (name: string, given: string, allowed: string): Refusal =>
  new Refusal(50200, `Invalid args: ${name} is ${given.slice(0, 60)}; allowed: ${allowed}`)

const wrongType = (name: string, type: string): Refusal =>
  new Refusal(50204, `Parse args failed: ${name} is not ${type}`)
