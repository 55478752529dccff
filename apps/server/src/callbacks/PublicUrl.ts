/**
 * Where others reach this server, and the address at which a provider reports one task. Owns what may
 * stand in either: a provider signs path and query, and samples of one disagree about escapes in a path,
 * so there are none.
 */
import { Context, Result } from "effect"

/** `undefined`: others do not reach this server, and no provider is told an address. */
export class PublicUrl extends Context.Service<PublicUrl, string | undefined>()(
  "@zoetrope/server/PublicUrl",
) {}

/** The address without a slash at its end; or why it cannot be used, in words for the one who gave it. */
export const readPublicUrl = (text: string): Result.Result<string, string> => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return Result.fail("the public URL is no http(s) address")
  }
  if (url.username !== "" || url.password !== "") {
    return Result.fail("the public URL holds a name or a password; leave them out")
  }
  if (/[?#]/.test(text))
    return Result.fail("the public URL has a query or a fragment; leave it out")
  if (!/^[A-Za-z0-9._~/-]*$/.test(url.pathname)) {
    return Result.fail(
      "the path of the public URL may have letters, digits, dots, dashes and underscores only",
    )
  }
  return Result.succeed(`${url.origin}${url.pathname}`.replace(/\/+$/, ""))
}

/** One task: its generation, and the mark under which it was sent, which nobody guesses. */
export interface Reported {
  readonly id: string
  readonly token: string
}

/** Where a provider reports it. */
export const callbackUrl = (publicUrl: string, { id, token }: Reported): string =>
  `${publicUrl}/callbacks/${id}/${token}`

/** The path that a provider signs. A proxy may have taken off what stands before `/callbacks`. */
export const signedPath = (publicUrl: string, task: Reported): string =>
  new URL(callbackUrl(publicUrl, task)).pathname
