/**
 * Our own mark of one start, as it travels: in `payload`, by which a lost task is found again, and in
 * the query of the callback address, since a callback carries no id.
 */
import { InvalidInput } from "@zoetrope/core/Reason"
import { isAddress } from "@zoetrope/core/Media"
import { Effect } from "effect"

const prefix = "zoetrope:"
const parameter = "zoetrope"

/** @param key `SubmitRequest.key` */
export const toPayload = (key: string): string => `${prefix}${key}`

/**
 * The callback address with our key at the end of its query; the rest of it byte for byte.
 *
 * Fails with `InvalidInput` where it is no address that Vidu could call, or has a fragment, which is
 * never sent. Escapes in its path are refused too: Vidu's own samples sign them differently (Go decoded,
 * Python as written), so no such callback could be trusted.
 *
 * @see https://platform.vidu.cn/docs/callback-signature (read 2026-11-20)
 */
export const toCallbackUrl = (url: string, key: string): Effect.Effect<string, InvalidInput> => {
  if (!isAddress(url) || url.includes("#")) {
    return refuse("is no address that can be called back", "http(s)://host/path?query")
  }
  const [path = ""] = url.replace(/^https?:\/\/[^/?]*/i, "").split("?", 1)
  if (!/^[\x21-\x7e]*$/.test(url) || path.includes("%")) {
    return refuse(
      "has an escape or a character beyond ASCII in it",
      "a path of plain ASCII letters, digits and signs, and a query in ASCII",
    )
  }
  const separator = url.includes("?") ? "&" : "?"
  return Effect.succeed(`${url}${separator}${parameter}=${encodeURIComponent(key)}`)
}

/** Our key in the query of a request to the callback address. */
export const keyInQuery = (query: string): string | undefined =>
  new URLSearchParams(query).getAll(parameter).at(-1)

// The address is the program's own and may hold a secret in its query: it is not shown.
const refuse = (message: string, allowed: string) =>
  Effect.fail(new InvalidInput({ issues: [{ path: "/callbackUrl", message, allowed }] }))
