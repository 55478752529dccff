/**
 * A link, kept byte for byte: its query is signed, and a parser that rewrites `'` to `%27` makes it
 * worthless. `URL` reads the host; path and query go to the wire as they were given, except that a
 * character no request line may hold is percent-encoded.
 */
export interface Link {
  readonly url: URL
  /** Path and query for the request line. */
  readonly target: string
  /** Without the query, which holds a signature: for people, errors and logs. */
  readonly shown: string
}

/** `undefined` for what is not an absolute http(s) address. */
export const parse = (text: string): Link | undefined => {
  const url = URL.parse(text)
  const rest = /^https?:\/\/[^/?#\\]+([/?][^#]*)?(?:#.*)?$/i.exec(text)
  if (url === null || rest === null || hasControl.test(text)) return undefined
  const target = (rest[1] ?? "/").replace(/^\?/, "/?").replace(notInRequestLine, encodeURIComponent)
  return { url, target, shown: url.origin + target.replace(/\?.*$/, "") }
}

/** Where a `Location` header leads from a link. */
export const follow = (from: Link, location: string): Link | undefined => {
  // Header bytes arrive as Latin-1; where they go beyond ASCII they are meant as UTF-8.
  const to = Buffer.from(location, "latin1").toString("utf8")
  if (/^[a-z][a-z0-9+.-]*:/i.test(to)) return parse(to)
  if (to.startsWith("//")) return parse(from.url.protocol + to)
  if (to.startsWith("/")) return parse(from.url.origin + to)
  const relative = URL.parse(to, from.url.href)
  return relative === null ? undefined : parse(relative.href)
}

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const hasControl = /[\u0000-\u001f\u007f]/
const notInRequestLine = /[^\u0021-\u007e]+/gu
