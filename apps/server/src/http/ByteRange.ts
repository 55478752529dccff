/**
 * Which bytes of a file a request asks for, by RFC 9110. One range is served; several at once may be
 * answered with the whole file, and are. Pure.
 */

export type Wanted =
  | { readonly _tag: "Whole" }
  /** Both inclusive. */
  | { readonly _tag: "Part"; readonly first: number; readonly last: number }
  | { readonly _tag: "Nothing" }

export const wanted = (
  headers: { readonly range?: string | undefined; readonly "if-range"?: string | undefined },
  file: { readonly bytes: number; readonly etag: string },
): Wanted => {
  const whole: Wanted = { _tag: "Whole" }
  const ifRange = headers["if-range"]
  if (headers.range === undefined || (ifRange !== undefined && ifRange !== file.etag)) return whole
  const [, from, to] = /^\s*bytes\s*=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(headers.range) ?? []
  if (from === undefined || to === undefined || (from === "" && to === "")) return whole
  const end = file.bytes - 1
  const first = from === "" ? Math.max(0, file.bytes - Number(to)) : Number(from)
  const last = from === "" || to === "" ? end : Math.min(Number(to), end)
  // A range that runs backwards is none at all.
  if (from !== "" && to !== "" && Number(to) < Number(from)) return whole
  return first > end || (from === "" && Number(to) === 0)
    ? { _tag: "Nothing" }
    : { _tag: "Part", first, last }
}

/** Whether the caller's copy is still the file. */
export const isUnchanged = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === "*" ||
    ifNoneMatch.split(",").some((one) => one.trim().replace(/^W\//, "") === etag))
