/**
 * What an answer means for a download that has some bytes already. Pure: status and headers in, the
 * next step out.
 *
 * A part is continued only where the server vouches that it is the same file: by a strong ETag, or by
 * a Last-Modified that is old enough to count as one. Everything else starts over.
 */

/** What is known of the file at the server. */
export interface Remote {
  /** For If-Range; absent where the server gave nothing that proves two answers to be of one file. */
  readonly validator?: string | undefined
  /** Its whole length in bytes. */
  readonly total?: number | undefined
}

export type Step = Take | Stop

/** The body continues what is there (`resumes`), or is the file from its first byte. */
interface Take {
  readonly _tag: "Take"
  readonly resumes: boolean
  readonly remote: Remote
}

/** There is nothing to read (any more) in this answer. */
export type Stop =
  /** All of it is there already. */
  | { readonly _tag: "Whole" }
  /** What is there cannot be continued. */
  | { readonly _tag: "Restart"; readonly detail: string }
  /** Not now. */
  | { readonly _tag: "Again"; readonly detail: string; readonly retryAfterMillis: number }
  /** This link gives nothing any more. */
  | { readonly _tag: "Dead"; readonly status: number }

interface Answer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly unpacked: boolean
}

/** The headers that ask for the rest; none when there is nothing to continue. */
export const headersFor = (have: number, remote: Remote): Record<string, string> =>
  have === 0 || remote.validator === undefined
    ? {}
    : { range: `bytes=${have}-`, "if-range": remote.validator }

export const read = (answer: Answer, have: number, remote: Remote): Step => {
  const { status, header } = answer
  if (status === 200) {
    if (answer.unpacked) return { _tag: "Take", resumes: false, remote: {} }
    const total = wholeNumber(header("content-length"))
    return { _tag: "Take", resumes: false, remote: { validator: validatorOf(header), total } }
  }
  if (status === 206) return readPart(answer, have, remote)
  if (status === 416 && have > 0) {
    const total = /^bytes \*\/(\d+)$/i.exec(header("content-range") ?? "")?.[1]
    return wholeNumber(total) === have
      ? { _tag: "Whole" }
      : { _tag: "Restart", detail: "HTTP 416, the server has another length" }
  }
  if (status >= 400 && status < 500 && !passing.has(status)) return { _tag: "Dead", status }
  return again(`HTTP ${status}`, (wholeNumber(header("retry-after")) ?? 0) * 1000)
}

/** What the end of a body means: all of it, or not yet. */
export const afterBody = (bytes: number, { total }: Remote): Stop => {
  if (total === undefined || bytes === total) return { _tag: "Whole" }
  return bytes < total
    ? again(`the answer ended at ${bytes} of ${total} bytes`)
    : { _tag: "Restart", detail: `the server sent more than the ${total} bytes it announced` }
}

export const again = (detail: string, retryAfterMillis = 0): Stop => ({
  _tag: "Again",
  detail,
  retryAfterMillis,
})

/** Client errors that say nothing about the link itself. */
const passing: ReadonlySet<number> = new Set([408, 416, 425, 429])

const readPart = (answer: Answer, have: number, remote: Remote): Step => {
  const { header } = answer
  const range = header("content-range") ?? ""
  const [, first, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/i.exec(range) ?? []
  if (answer.unpacked || wholeNumber(first) !== have) {
    return { _tag: "Restart", detail: `HTTP 206 with another range than asked (${range})` }
  }
  const total = wholeNumber(size)
  if (total !== undefined && remote.total !== undefined && total !== remote.total) {
    return { _tag: "Restart", detail: `HTTP 206 of another length (${total}, not ${remote.total})` }
  }
  const validator = validatorOf(header) ?? remote.validator
  if (have > 0 && (validator === undefined || validator !== remote.validator)) {
    return { _tag: "Restart", detail: "HTTP 206 of another version of the file" }
  }
  return {
    _tag: "Take",
    resumes: have > 0,
    remote: { validator, total: total ?? remote.total },
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5 (If-Range) and #section-8.8.2.2 (dates) */
const validatorOf = (header: Answer["header"]): string | undefined => {
  const etag = header("etag")
  if (etag !== undefined && /^"[!#-~]*"$/.test(etag)) return etag
  const modified = header("last-modified")
  const age = Date.parse(header("date") ?? "") - Date.parse(modified ?? "")
  return age >= 1000 ? modified : undefined
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
