/**
 * `X-Date`: UTC to the second, `YYYYMMDDTHHMMSSZ`. Its first eight characters are the day of the scope.
 *
 * @see https://www.volcengine.com/docs/6369/67269 (updated 2024-09-14)
 */

let last = { second: Number.NaN, text: "" }

/** Milliseconds are cut, not rounded. `undefined` for an invalid date and for years past 9999. */
export const formatTimestamp = (date: Date): string | undefined => {
  const second = Math.floor(date.getTime() / 1000)
  // Formatting costs as much as hashing a small body, and requests come many to a second.
  if (second === last.second) return last.text
  if (Number.isNaN(second)) return undefined
  const iso = date.toISOString()
  if (iso.length !== 24) return undefined
  const text = `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
  last = { second, text }
  return text
}

/** `undefined` for every other spelling, offsets included, and for days that no calendar has. */
export const parseTimestamp = (text: string): Date | undefined => {
  const found = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second] = found
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  // Date moves 30 February to March; what does not come back as it went in is no date.
  return formatTimestamp(date) === text ? date : undefined
}
