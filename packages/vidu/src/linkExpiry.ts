/** When a signed link dies, read off its own query; nothing of the link is changed or checked. */

/**
 * Epoch milliseconds, or `undefined` where the link does not say. Amazon S3 signs with `X-Amz-Date` and
 * `X-Amz-Expires` (seconds), CloudFront with `Expires` (epoch seconds).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (read 2026-11-20)
 */
export const linkExpiry = (url: string): number | undefined => {
  const query = URL.parse(url)?.searchParams
  if (query === undefined) return undefined
  const signedAt = basicDate(query.get("X-Amz-Date"))
  const lifeSeconds = whole(query.get("X-Amz-Expires"))
  if (signedAt !== undefined && lifeSeconds !== undefined) return signedAt + lifeSeconds * 1000
  const epochSeconds = whole(query.get("Expires"))
  return epochSeconds === undefined ? undefined : epochSeconds * 1000
}

/** `20260507T135540Z` */
const basicDate = (text: string | null): number | undefined => {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "")
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second] = parts
  const millis = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(millis) ? undefined : millis
}

/** At most ten digits, so that a date can be made of the sum. */
const whole = (text: string | null): number | undefined =>
  text !== null && /^\d{1,10}$/.test(text) ? Number(text) : undefined
