/** The case of a number: pure, so that a seed and a number are all that is needed to see it again. */
import { bodyFor, type Example } from "./bodies.ts"
import type { Caller, Case, Manner } from "./Case.ts"
import { type Chance, chanceOf } from "./Chance.ts"
import type { Contract, Operation, Parameter } from "./Contract.ts"
import { rawRequest } from "./rawRequest.ts"
import { sample } from "./sample.ts"
import { strangeText } from "./strange.ts"

export interface World {
  readonly contract: Contract
  readonly examples: ReadonlyArray<Example>
  /** Ids of generations that were there at the start. */
  readonly ids: ReadonlyArray<string>
}

export const caseOf = (seed: number, number: number, world: World): Case => {
  const chance = chanceOf(seed, number)
  const { contract } = world
  // Each operation as often as any other, whatever chance has in mind.
  const operation = contract.operations[number % contract.operations.length]
  if (operation === undefined) throw new Error("the document has no operations")
  if (chance.often(0.03)) return rawRequest(chance, number, operation)
  const isOtherMethod = chance.often(0.04)
  const method = isOtherMethod
    ? chance.pick(["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "POST", "DELETE"])
    : operation.method === "GET" && chance.often(0.05)
      ? "HEAD"
      : operation.method
  const body = bodyFor(chance, contract, operation, world.examples)
  const isKnown = contract.operations.some(
    (one) => one.template === operation.template && one.method === method,
  )
  return {
    number,
    operation: isKnown || method === "HEAD" ? contractFor(contract, operation, method) : undefined,
    method,
    path: pathFor(chance, operation, world) + queryFor(chance, operation, world),
    headers: headersFor(chance, operation, world, body?.contentType),
    body: body?.bytes,
    caller: callerFor(chance),
    manner: mannerFor(chance, body?.bytes),
  }
}

const contractFor = (contract: Contract, operation: Operation, method: string) =>
  method === "HEAD"
    ? operation
    : contract.operations.find(
        (one) => one.template === operation.template && one.method === method,
      )

const callerFor = (chance: Chance): Caller =>
  chance.often(0.85) ? "admin" : chance.pick(["other", "wrong", "none"])

const mannerFor = (chance: Chance, bytes: Buffer | undefined): Manner => {
  if (bytes === undefined || bytes.length < 2) return "whole"
  if (chance.often(0.02)) return "cut"
  if (chance.often(0.005)) return "stuck"
  return chance.often(0.1) ? "chunked" : "whole"
}

const pathFor = (chance: Chance, { template }: Operation, { ids }: World): string => {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const known = name === "id" ? chance.any(ids) : chance.pick(["vidu", "img2video", "volc-cv"])
    return known !== undefined && chance.often(0.6) ? known : segment(chance)
  })
  return chance.often(0.02) ? path + chance.pick(["/", "//", "/..", "/%2e%2e", ";a=b"]) : path
}

const segment = (chance: Chance): string =>
  chance.often(0.3)
    ? chance.pick(["k3f9x0a7mq2z", "000000000000", "zzzzzzzzzzzz", "video_000000000000"])
    : encoded(strangeText(chance).slice(0, 3_000)) || "%20"

const queryFor = (chance: Chance, { parameters }: Operation, { contract }: World): string => {
  const parts: Array<string> = []
  for (const parameter of parameters) {
    if (parameter.in !== "query" || chance.often(0.5)) continue
    for (let count = chance.pick([1, 1, 1, 2, 40]); count > 0; count--) {
      parts.push(`${parameter.name}=${encoded(wordFor(chance, contract, parameter))}`)
    }
  }
  if (chance.often(0.1)) {
    parts.push(
      `${encoded(strangeText(chance).slice(0, 500))}=${encoded(strangeText(chance).slice(0, 3_000))}`,
    )
  }
  return parts.length === 0 ? "" : `?${parts.join(chance.often(0.95) ? "&" : "&&=;")}`
}

/** Mostly what is announced, as a word. */
const wordFor = (chance: Chance, contract: Contract, { schema }: Parameter): string => {
  if (chance.often(0.4)) return strangeText(chance).slice(0, 3_000)
  const value = sample(chance, schema, contract.resolved)
  return String(Array.isArray(value) ? (value[0] ?? "") : value)
}

const headersFor = (
  chance: Chance,
  { parameters }: Operation,
  { contract }: World,
  contentType: string | undefined,
): ReadonlyArray<readonly [string, string]> => {
  const headers: Array<readonly [string, string]> = []
  if (contentType !== undefined) headers.push(["content-type", contentType])
  for (const parameter of parameters) {
    if (parameter.in !== "header" || chance.often(0.5)) continue
    const value = chance.often(0.4) ? known(chance, parameter.name) : undefined
    headers.push([parameter.name, sendable(value ?? wordFor(chance, contract, parameter))])
  }
  if (chance.often(0.1)) {
    const name = chance.pick([
      "accept",
      "accept-encoding",
      "content-encoding",
      "expect",
      "origin",
      "x-forwarded-host",
      "x-http-method-override",
      "cookie",
      "traceparent",
      "upgrade",
      "te",
      "if-modified-since",
      "x-stainless-retry-count",
    ])
    headers.push([name, sendable(strangeText(chance))])
  }
  if (chance.often(0.01)) {
    for (let count = 0; count < 120; count++) headers.push([`x-many-${count}`, "a"])
  }
  return headers
}

const known = (chance: Chance, name: string): string | undefined => {
  switch (name) {
    case "range":
      return chance.pick([
        "bytes=0-",
        "bytes=0-0",
        "bytes=-1",
        "bytes=-0",
        "bytes=5-2",
        "bytes=0-1,3-4",
        "bytes=999999999-",
        "bytes=-99999999999999999999",
        "bytes=a-b",
        "lines=1-2",
      ])
    case "if-none-match":
    case "if-range":
      return chance.pick(["*", 'W/"a"', '"a", "b"', "Thu, 01 Jan 1970 00:00:00 GMT", ","])
    case "last-event-id":
      return chance.pick(["0", "1", "-1", "9007199254740993", "1e3", "0x10", " 1", ""])
    default:
      return undefined
  }
}

/** What Node's client lets through; the rest is sent raw. */
const sendable = (text: string): string =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?").slice(0, 9_000)

/** Mostly encoded as it should be; what cannot stand in a request line always is. */
const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll("%25", "%").slice(0, 6_000)
