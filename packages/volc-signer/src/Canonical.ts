/**
 * The canonical request: the one spelling of a request that both sides hash.
 *
 * Pure text in, text out. Path and query are handled as byte strings (one character per UTF-8 byte),
 * so that sorting is by byte, as the document has it, and a wire query that is no valid UTF-8 survives
 * decoding. Nothing here throws: what may be signed is decided by the signer.
 *
 * @see https://www.volcengine.com/docs/6369/67269 (updated 2024-09-14)
 */
import { sha256Hex } from "./Hash.ts"

/** A lower-case name and its value, in the spelling that is hashed. */
export type CanonicalHeader = readonly [name: string, value: string]

export interface CanonicalRequestParts {
  /** Upper case. */
  readonly method: string
  readonly path: string
  readonly query: string
  /** In the order of the `SignedHeaders` list; the document asks for byte order of the names. */
  readonly headers: ReadonlyArray<CanonicalHeader>
  /** The names of these headers: `content-type;host;x-date` */
  readonly signedHeaders: string
  readonly bodySha256: string
}

/** The text whose SHA-256 goes into the string to sign. */
export const canonicalRequest = (parts: CanonicalRequestParts): string => {
  let lines = ""
  for (const [name, value] of parts.headers) lines += `${name}:${value}\n`
  // The block of headers ends in a newline even when it is empty, as in a presigned query.
  if (lines === "") lines = "\n"
  return `${parts.method}\n${parts.path}\n${parts.query}\n${lines}\n${parts.signedHeaders}\n${parts.bodySha256}`
}

/** The string to sign: when, for what, and the hash of the canonical request. */
export const textToSign = (date: string, scope: string, canonical: string): string =>
  `HMAC-SHA256\n${date}\n${scope}\n${sha256Hex(canonical)}`

/** `content-type;host;x-date` */
export const signedHeaderNames = (headers: ReadonlyArray<CanonicalHeader>): string => {
  let names = ""
  for (const [name] of headers) names = names === "" ? name : `${names};${name}`
  return names
}

/** Each segment decoded and escaped again, so that every spelling of a path gives the same text. */
export const canonicalPath = (path: string): string => {
  if (path === "" || path === "/") return "/"
  return path.split("/").map(recoded).join("/")
}

/** `name=value` of a query, escaped, beside the raw name as bytes, which is what is sorted by. */
export interface QueryPair {
  readonly name: string
  readonly text: string
}

/** `undefined` for text with half of a surrogate pair, which has no UTF-8 to escape. */
export const queryPair = (name: string, value: string): QueryPair | undefined => {
  const escapedName = escapeText(name)
  const escapedValue = escapeText(value)
  if (escapedName === undefined || escapedValue === undefined) return undefined
  const bytes = escapedName === name ? name : utf8Bytes(name)
  return { name: bytes, text: `${escapedName}=${escapedValue}` }
}

/** The pairs of a query as it came over the wire: `+` is a space, a name without `=` has an empty value. */
export const parseWireQuery = (query: string): Array<QueryPair> => {
  const pairs: Array<QueryPair> = []
  for (const part of query.split("&")) {
    if (part === "") continue
    const spaced = part.replaceAll("+", " ")
    const equals = spaced.indexOf("=")
    const name = decodedBytes(equals < 0 ? spaced : spaced.slice(0, equals))
    const value = equals < 0 ? "" : recoded(spaced.slice(equals + 1))
    pairs.push({ name, text: `${escapeBytes(name)}=${value}` })
  }
  return pairs
}

/**
 * What becomes of a name that occurs more than once: the document keeps the values in the order of
 * the request, the JavaScript SDKs sort them. A query sent with its values sorted is the same either way.
 */
export type ValueOrder = "sorted" | "as given"

/** The canonical query string: sorted by the raw bytes of the name. The array is sorted in place. */
export const joinQuery = (pairs: Array<QueryPair>, order: ValueOrder): string => {
  const compare = order === "sorted" ? byNameAndValue : byName
  for (let index = 1; index < pairs.length; index++) {
    if (compare(pairs[index - 1]!, pairs[index]!) > 0) {
      pairs.sort(compare)
      break
    }
  }
  let joined = ""
  for (const { text } of pairs) joined = joined === "" ? text : `${joined}&${text}`
  return joined
}

/** Blanks at both ends cut, and runs of them within made one space. */
export const collapseBlanks = (value: string): string => {
  let blank = true
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index)
    if (code === 9 || (code === 32 && blank)) return trimBlanks(value).replaceAll(/[ \t]+/g, " ")
    blank = code === 32
  }
  return blank ? trimBlanks(value) : value
}

/** Blanks at both ends cut: all that HTTP itself allows a recipient to do, and all that some SDKs do. */
export const trimBlanks = (value: string): string => {
  let start = 0
  let end = value.length
  while (start < end && isBlank(value.charCodeAt(start))) start++
  while (end > start && isBlank(value.charCodeAt(end - 1))) end--
  return value.slice(start, end)
}

const isBlank = (code: number): boolean => code === 32 || code === 9

const byName = (left: QueryPair, right: QueryPair): number =>
  left.name < right.name ? -1 : left.name > right.name ? 1 : 0

const byNameAndValue = (left: QueryPair, right: QueryPair): number => {
  const order = byName(left, right)
  if (order !== 0) return order
  return left.text < right.text ? -1 : left.text > right.text ? 1 : 0
}

/** Every byte as it stands in canonical text: itself if plain, else `%XX`. */
const escaped: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte)
  if (/[A-Za-z0-9\-_.~]/.test(character)) return character
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`
})

const plainCharacters: ReadonlyArray<boolean> = escaped.map((text) => text.length === 1)

const escapeText = (text: string): string | undefined => {
  if (isPlain(text)) return text
  return text.isWellFormed() ? escapeBytes(utf8Bytes(text)) : undefined
}

/** Whether this text is its own escaped form. */
const isPlain = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    if (plainCharacters[text.charCodeAt(index)] !== true) return false
  }
  return true
}

const escapeBytes = (bytes: string): string => {
  let text = ""
  for (let index = 0; index < bytes.length; index++) text += escaped[bytes.charCodeAt(index)]!
  return text
}

const utf8Bytes = (text: string): string => {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 127) return Buffer.from(text, "utf8").toString("latin1")
  }
  return text
}

const recoded = (text: string): string => (isPlain(text) ? text : escapeBytes(decodedBytes(text)))

/** `%XX` becomes its byte; a `%` without two hex digits stands for itself. */
const decodedBytes = (text: string): string => {
  const bytes = utf8Bytes(text)
  if (!bytes.includes("%")) return bytes
  return bytes.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
