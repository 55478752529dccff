/**
 * Words in a prompt or in the address of an input that decide how a task ends, so that a test or a
 * demo can order what otherwise takes a forbidden picture:
 *
 * - `[[50411]]` refused at the submit, for codes of checks that come before the work
 * - `[[50511]]` the task fails with this code beside `data.status: done`
 * - `[[50511 null]]` the same with `data: null`
 * - `[[50511 once]]` only the first task of this very input fails, so that making it again works
 * - `[[state=expired]]` the task ends in this `data.status` in place of `done`
 */
import { businessCodes } from "./Codes.ts"

export interface Trigger {
  /** Refuses the submit. */
  readonly refusal?: number
  /** Fails the task. */
  readonly failure?: {
    readonly code: number
    readonly once: boolean
    /** Whether the failed answer still has its `data`. */
    readonly withData: boolean
  }
  /** The state shown at the end. */
  readonly state?: string
}

/** What is not text is passed over. */
export const findTrigger = (texts: ReadonlyArray<unknown>): Trigger => {
  const text = texts.map((one) => (typeof one === "string" ? readable(one) : "")).join("\n")
  const state = /\[\[state=([a-z_]{1,40})\]\]/.exec(text)?.[1]
  const [, code, words = ""] = /\[\[(\d{5})((?:[ +]\w+)*)\]\]/.exec(text) ?? []
  if (code !== undefined && businessCodes.get(Number(code))?.atSubmit === true) {
    return { refusal: Number(code) }
  }
  return {
    ...(code === undefined
      ? {}
      : {
          failure: {
            code: Number(code),
            once: words.includes("once"),
            withData: !words.includes("null"),
          },
        }),
    ...(state === undefined ? {} : { state }),
  }
}

/** Addresses carry their brackets percent-encoded. */
const readable = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
