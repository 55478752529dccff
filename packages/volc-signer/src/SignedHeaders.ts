/** Which of the headers to send are signed: a documented set, or those that the caller lists. */
import type { CanonicalHeader } from "./Canonical.ts"
import { findHeader, headerName } from "./Outgoing.ts"
import { SignInputError, shown } from "./SignInputError.ts"

/** For a signature in the headers, which always covers the date. */
export const headersToSign = (
  sent: ReadonlyArray<CanonicalHeader>,
  names: ReadonlyArray<string> | undefined,
): ReadonlyArray<CanonicalHeader> => {
  if (names !== undefined) {
    const listed = listedHeaders(sent, names)
    if (findHeader(listed, "x-date") !== undefined) return listed
    throw new SignInputError(
      field,
      'does not name "x-date", which must be signed (https://www.volcengine.com/docs/6369/67269)',
    )
  }
  if (findHeader(sent, "host") === undefined) {
    throw new SignInputError(
      "request.host",
      "is missing: the Host is signed; give it here or among the headers exactly as it will be sent",
    )
  }
  const signed: Array<CanonicalHeader> = []
  for (const name of defaultSignedHeaders) {
    const header = findHeader(sent, name)
    if (header !== undefined) signed.push(header)
  }
  return signed
}

/** The headers of these names, in byte order, as `SignedHeaders` wants them. */
export const listedHeaders = (
  sent: ReadonlyArray<CanonicalHeader>,
  names: ReadonlyArray<string>,
): ReadonlyArray<CanonicalHeader> => {
  const sorted = names.map((name) => headerName(field, name)).toSorted()
  return sorted.map((name, index) => {
    const header = findHeader(sent, name)
    if (header === undefined) {
      throw new SignInputError(
        field,
        `names ${shown(name)}, which is not among the headers to send`,
      )
    }
    if (sorted[index - 1] === name) throw new SignInputError(field, `names ${shown(name)} twice`)
    return header
  })
}

const field = "options.signedHeaders"

/** In byte order. */
const defaultSignedHeaders: ReadonlyArray<string> = [
  "content-type",
  "host",
  "x-content-sha256",
  "x-date",
  "x-security-token",
]
