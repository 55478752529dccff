/** What the document holds, before it is text: the codes of one provider, each with what is done about it. */
import type { Text } from "@zoetrope/core/Model"
import type { Reason, Retryable } from "@zoetrope/core/Reason"
import type { Verdict } from "@zoetrope/core/Verdict"

export interface ProviderSection {
  /** `volc-cv`: anchors begin with it. */
  readonly id: string
  readonly title: Text
  /** What holds for all of its codes. */
  readonly intro: Text
  readonly groups: ReadonlyArray<CodeGroup>
}

export interface CodeGroup {
  readonly title: Text
  /** Sorted by code. */
  readonly codes: ReadonlyArray<CodeEntry>
}

export interface CodeEntry {
  readonly code: string
  /** The documents' own messages or names, each once. */
  readonly messages: ReadonlyArray<string>
  readonly meaning: Text
  readonly reason: Reason
  readonly outcomes: ReadonlyArray<Outcome>
  /** The documents' own advice. */
  readonly advice: ReadonlyArray<Text>
  readonly sources: ReadonlyArray<Source>
}

export interface Source {
  readonly title: string
  readonly url: string
  /** The page's own date of last change, where it shows one. */
  readonly updated?: string | undefined
  readonly read: string
  readonly http?: number | undefined
  /** What it says on trying again. */
  readonly retryable: Retryable
  /** Where it differs from other sources, and where we do otherwise than it says. */
  readonly notes: ReadonlyArray<string | undefined>
}

/** What is made of a code where it is met: as the answer to a submit or a poll, or as the end of a task. */
export interface Outcome {
  readonly where: Where
  /** For whom it is so; all models of the provider if it is left out. */
  readonly models?: Text | undefined
  readonly answer: Answer
}

export interface Answer {
  readonly _tag:
    /** Of a submit: refused, or nobody knows. */
    | "NotAccepted"
    /** Of a poll: it failed, which leaves the task as it is. */
    | "CallFailed"
    | "TaskFailed"
    | "NotFound"
    | "Cancelled"
  readonly reason: Reason
  readonly verdict: Verdict
}

export type Where = "submit" | "poll" | "task"
