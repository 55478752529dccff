/**
 * Words in a prompt or in the address of a picture that decide how a task goes, so that a test or a
 * demo can order what otherwise takes a forbidden picture:
 *
 * - `[[TaskPromptPolicyViolation]]` refuses the create, for codes that are found before there is a task
 * - `[[CreationPolicyViolation]]` the task fails with this `err_code`, for all others
 * - `[[CODE refuse]]`, `[[CODE fail]]` the one or the other for any code
 * - `[[CODE create]]` the create answers 200 with a task that has failed already
 * - `[[CODE once]]` only the first task of this very request fails, so that making it again works
 * - `[[state=NAME]]` the task ends in this state in place of `success`
 */
import { codes } from "./Codes.ts"

export interface Trigger {
  readonly failure?: {
    readonly code: string
    readonly how: "refuse" | "fail" | "create"
    readonly once: boolean
  }
  /** The state shown at the end. */
  readonly state?: string
}

export const findTrigger = (texts: ReadonlyArray<string>): Trigger => {
  const text = texts.map(readable).join("\n")
  const state = /\[\[state=([\w-]{1,40})\]\]/.exec(text)?.[1]
  const [, code, words = ""] =
    /\[\[(\w{1,64})((?:[ +](?:refuse|fail|create|once))*)\]\]/.exec(text) ?? []
  const how =
    (["refuse", "fail", "create"] as const).find((word) => words.includes(word)) ??
    (codes.get(code ?? "")?.atCreate === true ? "refuse" : "fail")
  return {
    ...(code === undefined ? {} : { failure: { code, how, once: words.includes("once") } }),
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
