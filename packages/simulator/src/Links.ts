/**
 * Signed links to result files, as object stores give them out: the query carries an expiry on the
 * simulator's clock and a signature over the whole, in characters that must be sent as they are. A
 * client that decodes and encodes the query again may break the link, as it would a real one.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import type { Clock } from "./Clock.ts"

export interface Links {
  /** A new link to a task's film, for so many simulated seconds; every call gives another. */
  readonly make: (taskId: string, lifeSeconds: number) => string
  /** What a path and raw query are worth now; `undefined` where the path is none of ours. */
  readonly read: (path: string, query: string) => ReadLink | undefined
}

export type ReadLink =
  | { readonly _tag: "Valid"; readonly taskId: string }
  | { readonly _tag: "Expired" }
  | { readonly _tag: "Forged" }

export const makeLinks = (options: {
  readonly clock: Clock
  /** Where the server listens: `http://127.0.0.1:PORT`. */
  readonly base: string
}): Links => {
  const secret = randomBytes(32)
  const signed = (path: string, expires: string, nonce: string): string => {
    const signature = createHmac("sha256", secret)
      .update(`${path}\n${expires}\n${nonce}`)
      .digest("base64")
    return `lk3s=sim&x-expires=${expires}&x-nonce=${nonce}&x-signature=${encodeURIComponent(signature)}`
  }
  return {
    make: (taskId, lifeSeconds) => {
      const path = `/results/${encodeURIComponent(taskId)}/video.mp4`
      const expires = String(Math.floor(options.clock.now() / 1000 + lifeSeconds))
      return `${options.base}${path}?${signed(path, expires, randomBytes(6).toString("hex"))}`
    },
    read: (path, query) => {
      const name = /^\/results\/([\w.%-]+)\/video\.mp4$/.exec(path)?.[1]
      if (name === undefined) return undefined
      const [, expires = "", nonce = ""] =
        /^lk3s=sim&x-expires=(\d{1,12})&x-nonce=([0-9a-f]{12})&/.exec(query) ?? []
      if (!same(query, signed(path, expires, nonce))) return { _tag: "Forged" }
      return Number(expires) * 1000 > options.clock.now()
        ? { _tag: "Valid", taskId: decodeURIComponent(name) }
        : { _tag: "Expired" }
    },
  }
}

const same = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
