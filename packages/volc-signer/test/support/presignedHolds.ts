/**
 * Whether a presigned query is signed with this secret: a second reading of the rule, which shares no
 * line with the package. What it takes for signed is what `X-SignedQueries` and `X-SignedHeaders` name.
 */
import { createHash, createHmac } from "node:crypto"

export interface PresignedRequest {
  readonly method: string
  /** Escaped already. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string>>
}

export const presignedHolds = (request: PresignedRequest, secret: string): boolean => {
  const parameters = request.query.split("&").map((part) => {
    const [name = "", ...value] = part.split("=")
    return { name: decoded(name), value: decoded(value.join("=")) }
  })
  const valueOf = (wanted: string): string => {
    const found = parameters.filter(({ name }) => name === wanted)
    if (found.length !== 1) throw new Error(`${found.length} parameters ${wanted}`)
    return found[0]!.value
  }
  if (valueOf("X-Algorithm") !== "HMAC-SHA256" || valueOf("X-NotSignBody") !== "") return false
  const listed = valueOf("X-SignedQueries").split(";")
  const query = parameters
    .filter(({ name }) => listed.includes(name))
    .toSorted((a, b) => order(a.name, b.name) || order(encoded(a.value), encoded(b.value)))
    .map(({ name, value }) => `${encoded(name)}=${encoded(value)}`)
    .join("&")
  const signedHeaders = valueOf("X-SignedHeaders")
  const headers = (signedHeaders === "" ? [] : signedHeaders.split(";")).map((name) => {
    const header = Object.entries(request.headers).find(([each]) => each.toLowerCase() === name)
    return `${name}:${header?.[1]}`
  })
  const canonical = [
    request.method,
    request.path,
    query,
    `${headers.join("\n")}\n`,
    signedHeaders,
    sha256(""),
  ].join("\n")
  const [, ...scope] = valueOf("X-Credential").split("/")
  const text = ["HMAC-SHA256", valueOf("X-Date"), scope.join("/"), sha256(canonical)].join("\n")
  const key = scope.reduce<string | Buffer>(hmac, secret)
  return hmac(key, text).toString("hex") === valueOf("X-Signature")
}

const decoded = (text: string): string => decodeURIComponent(text.replaceAll("+", " "))

const encoded = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const order = (left: string, right: string): number =>
  Buffer.compare(Buffer.from(left), Buffer.from(right))

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex")

const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest()
