/**
 * The request to send, in its canonical spelling.
 *
 * Takes what callers have (records, arrays, numbers, raw paths) and gives the one text that is both
 * signed and sent. It refuses whatever has more than one spelling or would arrive changed: it is the
 * only part of signing that looks at what the caller wrote.
 */
import {
  canonicalPath,
  collapseBlanks,
  joinQuery,
  parseWireQuery,
  queryPair,
  type CanonicalHeader,
  type QueryPair,
} from "./Canonical.ts"
import { isSha256Hex, sha256Hex } from "./Hash.ts"
import { SignInputError, shown } from "./SignInputError.ts"
import { formatTimestamp } from "./Timestamp.ts"

export type QueryScalar = string | number | boolean
/** `null` and `undefined` leave the name out; an array repeats it, an empty one gives `name=`. */
export type QueryValue = QueryScalar | null | undefined | ReadonlyArray<QueryScalar>
/** A record, pairs (an array, a Map, URLSearchParams), or a query string as it stands in a URL, without `?`. */
export type Query =
  | string
  | Readonly<Record<string, QueryValue>>
  | Iterable<readonly [name: string, value: QueryValue]>

/** An array is sent as one line, its values joined with a comma. `undefined` leaves the header out. */
export type HeaderValue = string | number | boolean | ReadonlyArray<string> | undefined

export interface SignRequest {
  /** Any case; signed and to be sent in upper case. */
  readonly method: string
  /** As in a URL, `/` by default: what is not yet percent-encoded will be. */
  readonly path?: string | undefined
  readonly query?: Query | undefined
  /**
   * `Authorization` and `X-Date` among them are replaced. `X-Content-Sha256` and `X-Security-Token`
   * mean the same as `bodySha256` and `sessionToken`.
   */
  readonly headers?: Readonly<Record<string, HeaderValue>> | undefined
  /** The `Host` exactly as it will be sent, port included, where the headers do not hold it. */
  readonly host?: string | undefined
  /** A string stands for its UTF-8 bytes. */
  readonly body?: string | Uint8Array | undefined
  /** SHA-256 of the body in lower-case hex, if it is known already: the body is then not hashed again. */
  readonly bodySha256?: string | undefined
}

/** The method in upper case. */
export const methodToSend = (method: string): string => {
  if (typeof method !== "string" || !isToken(method)) {
    throw new SignInputError("request.method", `${shown(method)} is not an HTTP method`)
  }
  return method.toUpperCase()
}

/** The path, percent-encoded. */
export const pathToSend = (path: string | undefined): string => {
  if (path === undefined || path === "" || path === "/") return "/"
  const field = "request.path"
  checkText(field, path)
  if (!path.startsWith("/")) {
    throw new SignInputError(field, `${shown(path)} does not begin with "/"`)
  }
  if (path.includes("?") || path.includes("#")) {
    throw new SignInputError(
      field,
      `${shown(path)} holds "?" or "#"; give the query as request.query, and write %3F or %23 for a character of the path itself`,
    )
  }
  checkEscapes(field, path)
  const canonical = canonicalPath(path)
  for (const segment of canonical.split("/")) {
    if (segment === "." || segment === "..") {
      throw new SignInputError(
        field,
        `${shown(path)} holds the segment "${segment}", which HTTP clients resolve before they send; give the path without it`,
      )
    }
  }
  return canonical
}

/** The query string, without `?`: sorted by name, then by value. */
export const queryToSend = (query: Query | undefined): string =>
  query === undefined ? "" : joinQuery(queryPairs(query), "sorted")

/** The parameters of a query, escaped, in no order. */
export const queryPairs = (query: Query): Array<QueryPair> => {
  const field = "request.query"
  if (typeof query === "string") {
    checkText(field, query)
    checkEscapes(field, query)
    if (query.startsWith("?")) {
      throw new SignInputError(field, `${shown(query)} begins with "?"; leave that out`)
    }
    return parseWireQuery(query)
  }
  if (typeof query !== "object" || query === null) {
    throw new SignInputError(field, `${shown(query)} is not a record, pairs or a string`)
  }
  const pairs: Array<QueryPair> = []
  if (Symbol.iterator in query) {
    for (const [name, value] of query as Iterable<readonly [string, QueryValue]>) {
      addPairs(pairs, name, value)
    }
  } else {
    for (const name of Object.keys(query)) addPairs(pairs, name, query[name])
  }
  return pairs
}

/** `X-Date`: this instant, cut to the second; now without one. */
export const dateToSend = (date: Date | undefined): string => {
  const text =
    date === undefined || date instanceof Date ? formatTimestamp(date ?? new Date()) : undefined
  if (text === undefined) {
    throw new SignInputError("options.date", "is not a valid Date of the years 0 to 9999")
  }
  return text
}

/** Headers under the names that the caller gave, and the same in canonical spelling, in no order. */
export interface OutgoingHeaders {
  readonly headers: Record<string, string>
  readonly canonical: Array<CanonicalHeader>
}

/** All headers to send but `Authorization`. */
export const headersToSend = (
  request: SignRequest,
  date: string,
  sessionToken: string | undefined,
): OutgoingHeaders => {
  const { headers, canonical } = headersGiven(request)
  const token = oneOf(canonical, "x-security-token", "options.sessionToken", sessionToken)
  const ownSha256 = oneOf(canonical, "x-content-sha256", "request.bodySha256", request.bodySha256)
  headers["X-Date"] = date
  canonical.push(["x-date", date])
  const sha256 = ownSha256 === undefined ? bodySha256(request.body) : checkedSha256(ownSha256)
  headers["X-Content-Sha256"] = sha256
  if (ownSha256 === undefined) canonical.push(["x-content-sha256", sha256])
  if (token !== undefined) headers["X-Security-Token"] = token
  return { headers, canonical }
}

/** The caller's headers and the Host, without what a signature sets anew. */
export const headersGiven = (request: Pick<SignRequest, "headers" | "host">): OutgoingHeaders => {
  const headers: Record<string, string> = {}
  const canonical: Array<CanonicalHeader> = []
  const given = request.headers ?? {}
  for (const name of Object.keys(given)) {
    const value = given[name]
    if (value === undefined) continue
    const lower = headerName("request.headers", name)
    if (lower === "authorization" || lower === "x-date") continue
    if (findHeader(canonical, lower) !== undefined) {
      throw new SignInputError(entry("request.headers", name), "is given twice, in different case")
    }
    const text = headerText("request.headers", name, value)
    canonical.push([lower, text])
    if (!setHere.has(lower)) headers[name] = text
  }
  const host = oneOf(canonical, "host", "request.host", request.host)
  if (host !== undefined) headers["Host"] = checkedHost(host)
  return { headers, canonical }
}

/** The header of this lower-case name: a short list is searched faster than a Map is filled. */
export const findHeader = (
  headers: ReadonlyArray<CanonicalHeader>,
  name: string,
): CanonicalHeader | undefined => {
  for (const header of headers) if (header[0] === name) return header
  return undefined
}

/** The lower-case name. */
export const headerName = (field: string, name: string): string => {
  // "__proto__" is a token too, but a record of headers could not hold it.
  if (typeof name !== "string" || !isToken(name) || name === "__proto__") {
    throw new SignInputError(field, `${shown(name)} is not an HTTP header name`)
  }
  return name.toLowerCase()
}

/** Written under their usual names, from either of two places. */
const setHere: ReadonlySet<string> = new Set(["host", "x-content-sha256", "x-security-token"])

/** One value that may be given as an argument or as a header, and stands among the headers afterwards. */
export const oneOf = (
  canonical: Array<CanonicalHeader>,
  name: string,
  field: string,
  given: string | undefined,
): string | undefined => {
  const fromHeader = findHeader(canonical, name)?.[1]
  if (given === undefined) return fromHeader
  const text = headerText(field, undefined, given)
  if (text === "") throw new SignInputError(field, "is empty; leave it out instead")
  if (fromHeader !== undefined && fromHeader !== text) {
    throw new SignInputError(field, `differs from the header ${name}; give one of them`)
  }
  if (fromHeader === undefined) canonical.push([name, text])
  return text
}

const headerText = (
  place: string,
  name: string | undefined,
  value: Exclude<HeaderValue, undefined>,
): string => {
  const text = isArray(value) ? value.join(",") : scalarText(place, name, value)
  let blanks = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 32 && code < 127) continue
    if (code !== 32 && code !== 9) {
      const what =
        code === 13 || code === 10 ? "a line break" : "a character outside printable ASCII"
      throw new SignInputError(
        entry(place, name),
        `holds ${what} at position ${index}, which HTTP does not carry unchanged`,
      )
    }
    blanks = true
  }
  return blanks ? collapseBlanks(text) : text
}

const checkedHost = (host: string): string => {
  if (host === "" || /[\s/?#@\\]/.test(host)) {
    throw new SignInputError(
      "request.host",
      `${shown(host)} is not a host name with or without a port, such as "visual.volcengineapi.com"`,
    )
  }
  return host
}

const checkedSha256 = (text: string): string => {
  if (!isSha256Hex(text)) {
    throw new SignInputError(
      "request.bodySha256",
      `${shown(text)} is not a SHA-256 in 64 lower-case hex digits`,
    )
  }
  return text
}

const bodySha256 = (body: string | Uint8Array | undefined): string => {
  if (typeof body === "string") checkText("request.body", body)
  else if (body !== undefined && !(body instanceof Uint8Array)) {
    throw new SignInputError(
      "request.body",
      `${shown(body)} is not a string or a Uint8Array; encode it first, and send the same bytes`,
    )
  }
  return sha256Hex(body ?? "")
}

const addPairs = (pairs: Array<QueryPair>, name: string, value: QueryValue): void => {
  if (value === null || value === undefined) return
  if (!isArray(value)) pairs.push(checkedPair(name, value))
  else if (value.length === 0) pairs.push(checkedPair(name, ""))
  else for (const item of value) pairs.push(checkedPair(name, item))
}

const checkedPair = (name: string, value: QueryScalar): QueryPair => {
  if (typeof name !== "string" || name === "") {
    throw new SignInputError("request.query", `holds a parameter whose name is ${shown(name)}`)
  }
  const pair = queryPair(name, scalarText("request.query", name, value))
  if (pair === undefined) throw new SignInputError(entry("request.query", name), halfCharacter)
  return pair
}

const scalarText = (place: string, name: string | undefined, value: QueryScalar): string => {
  if (typeof value === "string") return value
  if (typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value))) {
    return String(value)
  }
  throw new SignInputError(
    entry(place, name),
    `${shown(value)} is not a string, a finite number, a boolean or an array of these`,
  )
}

const checkText = (field: string, text: string): void => {
  if (!text.isWellFormed()) throw new SignInputError(field, halfCharacter)
}

const halfCharacter =
  "holds half of a surrogate pair, which has no UTF-8; the text was probably cut within a character"

/** The name of a field, put together only once something is wrong with it. */
const entry = (place: string, name: string | undefined): string =>
  name === undefined ? place : `${place}[${shown(name)}]`

const checkEscapes = (field: string, text: string): void => {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    throw new SignInputError(
      field,
      `${shown(text)} holds a "%" without two hex digits behind it; a plain "%" is written %25`,
    )
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#name-tokens */
const isToken = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    if (!tokenCharacters[text.charCodeAt(index)]) return false
  }
  return text !== ""
}

const tokenCharacters: ReadonlyArray<boolean> = Array.from({ length: 128 }, (_, code) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)),
)

const isArray: (value: unknown) => value is ReadonlyArray<QueryScalar> = Array.isArray
