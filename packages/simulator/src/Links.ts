/**
 * Signed links to result files, as object stores give them out: the query carries an expiry on the
 * simulator's clock and a signature over the whole, in characters that must be sent as they are. A
 * client that decodes and encodes the query again may break the link, as it would a real one.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import type { Clock } from "./Clock.ts"

/** How the query tells the expiry: as a moment in `x-expires`, or as Amazon S3 does, from when on and how long. */
export type LinkForm = "x-expires" | "x-amz"

export interface LinkOrder {
  readonly taskId: string
  /** The file's name, the last part of the path. */
  readonly file: string
  /** In simulated seconds. */
  readonly lifeSeconds: number
  readonly form: LinkForm
}

export interface Links {
  /** A new link to a file of a task; every call gives another. */
  readonly make: (order: LinkOrder) => string
  /** What a path and raw query are worth now; `undefined` where the path is none of ours. */
  readonly read: (path: string, query: string) => ReadLink | undefined
}

export type ReadLink =
  | { readonly _tag: "Valid"; readonly taskId: string; readonly file: string }
  | { readonly _tag: "Expired" }
  | { readonly _tag: "Forged" }

export const makeLinks = (options: {
  readonly clock: Pick<Clock, "now">
  /** Where the server listens: `http://127.0.0.1:PORT`. */
  readonly base: string
}): Links => {
  const secret = randomBytes(32)
  const signature = (path: string, query: string): Buffer =>
    createHmac("sha256", secret).update(`${path}\n${query}`).digest()
  const signed: Readonly<Record<LinkForm, (path: string, query: string) => string>> = {
    "x-expires": (path, query) =>
      `${query}&x-signature=${encodeURIComponent(signature(path, query).toString("base64"))}`,
    "x-amz": (path, query) => `${query}&X-Amz-Signature=${signature(path, query).toString("hex")}`,
  }
  return {
    make: ({ taskId, file, lifeSeconds, form }) => {
      const path = `/results/${encodeURIComponent(taskId)}/${encodeURIComponent(file)}`
      const query = unsigned[form](options.clock.now(), lifeSeconds)
      return `${options.base}${path}?${signed[form](path, query)}`
    },
    read: (path, query) => {
      const [, taskId, file] = /^\/results\/([\w.%-]+)\/([\w.%-]+)$/.exec(path) ?? []
      if (taskId === undefined || file === undefined) return undefined
      const [, content, name] = /^(.*)&(x-signature|X-Amz-Signature)=[^&]*$/.exec(query) ?? []
      const form = name === "x-signature" ? "x-expires" : "x-amz"
      if (content === undefined || !same(query, signed[form](path, content))) {
        return { _tag: "Forged" }
      }
      return expiryOf[form](new URLSearchParams(content)) > options.clock.now()
        ? { _tag: "Valid", taskId: decodeURIComponent(taskId), file: decodeURIComponent(file) }
        : { _tag: "Expired" }
    },
  }
}

/** A query with all but the signature. */
const unsigned: Readonly<Record<LinkForm, (now: number, lifeSeconds: number) => string>> = {
  "x-expires": (now, lifeSeconds) =>
    `lk3s=sim&x-expires=${Math.floor(now / 1000 + lifeSeconds)}&x-nonce=${nonce()}`,
  // Not Amazon's own signature, for which the keys would have to be; all the rest is as theirs.
  "x-amz": (now, lifeSeconds) => {
    const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "")
    const scope = `${date.slice(0, 8)}%2Fcn-northwest-1%2Fs3%2Faws4_request`
    return (
      `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=SIMULATOR%2F${scope}&X-Amz-Date=${date}` +
      `&X-Amz-Expires=${Math.floor(lifeSeconds)}&X-Amz-SignedHeaders=host&x-nonce=${nonce()}`
    )
  },
}

/** In milliseconds, as the query tells it. */
const expiryOf: Readonly<Record<LinkForm, (query: URLSearchParams) => number>> = {
  "x-expires": (query) => Number(query.get("x-expires")) * 1000,
  "x-amz": (query) => {
    const [, year, month, day, hours, minutes, seconds] =
      /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(query.get("X-Amz-Date") ?? "") ?? []
    const date = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}Z`
    return Date.parse(date) + Number(query.get("X-Amz-Expires")) * 1000
  },
}

const nonce = (): string => randomBytes(6).toString("hex")

const same = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
