/** The answer to a request for a file: whole, one range of it, or the refusal of a range. */
import type { Answer, Received } from "./Dialect.ts"

export interface ServedFile {
  readonly bytes: Uint8Array
  readonly mediaType: string
  /** Changes with the bytes; sent as a strong ETag. */
  readonly tag: string
}

/**
 * Honours one `bytes` range (RFC 9110, section 14), guarded by `If-Range` with the ETag; several
 * ranges or another unit are answered with the whole file, as the RFC allows.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14
 */
export const fileAnswer = (
  request: Pick<Received, "headers">,
  file: ServedFile,
  options: { readonly ranges: boolean } = { ranges: true },
): Answer => {
  const size = file.bytes.byteLength
  const etag = `"${file.tag}"`
  const headers = {
    "content-type": file.mediaType,
    etag,
    ...(options.ranges ? { "accept-ranges": "bytes" } : {}),
  }
  const guard = request.headers["if-range"]
  const wanted = options.ranges && (guard === undefined || guard === etag)
  const range = wanted ? rangeOf(request.headers["range"], size) : undefined
  if (range === undefined) return { status: 200, headers, body: file.bytes }
  if (range === "unsatisfiable") {
    return { status: 416, headers: { etag, "content-range": `bytes */${size}` }, body: "" }
  }
  return {
    status: 206,
    headers: { ...headers, "content-range": `bytes ${range.first}-${range.last}/${size}` },
    body: file.bytes.subarray(range.first, range.last + 1),
  }
}

/** `undefined` where the header asks for no single byte range. */
const rangeOf = (
  header: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | "unsatisfiable" | undefined => {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? []
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined
  if (from === "") {
    const length = Math.min(Number(to), size)
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== "" && Number(to) < first) return undefined
  return first >= size ? "unsatisfiable" : { first, last }
}
