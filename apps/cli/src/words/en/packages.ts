/** What the packages say themselves, in English: of an error or an event, and any other sentence. */
import type { Event } from "@zoetrope/engine/Generation"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { PackageError } from "../../ExitCode.ts"

export const packages = {
  error: (error: PackageError): string => error.message,
  /** Without what it cost, and the provider's own words: for a line beside others. */
  reason: ({ reason }: TaskError): string => reason.message,
  event: (event: Event): string => event.message,
  /** A sentence that is no more than text by now. */
  sentence: (text: string): string => text,
}
