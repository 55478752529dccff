/**
 * What a server without keys answers: programs and pages of its own, on this machine. A page of anybody
 * else's in a browser here may send requests too, simple forms with no question asked before, and a name
 * of its own may lead to 127.0.0.1. Both are told by their headers, which no page can set. Pure.
 */

/** Why a request is not answered, in words for its sender; `undefined` where nothing speaks against it. */
export const refusalOf = (
  headers: Readonly<Record<string, string | undefined>>,
): string | undefined => {
  const { host, origin, "sec-fetch-site": site } = headers
  if (host === undefined || !isLoopback(host)) {
    return "the request names this server otherwise than as localhost, 127.0.0.1 or [::1]"
  }
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "a page of another origin has sent the request"
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return "a page of another origin has sent the request"
  }
  return undefined
}

const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host)
