/** What a driver does about a generation next, read off its row alone; when is the row's `dueAt`. */
import type { Generation } from "./Generation.ts"

/**
 * - `turn`: wait in line for a place at the provider, then submit.
 * - `look`: search the provider for the task of an undecided submit, where it can be searched.
 * - `rest`: nothing by itself. Of a `submitting` row that means its answer is awaited by whoever sent it.
 */
export type Action = "turn" | "look" | "poll" | "cancel" | "fetch" | "rest"

/** `rest` where the row has no `dueAt`; otherwise its state decides. */
export const nextAction = ({ cancel, dueAt, state, task }: Generation): Action => {
  if (dueAt === undefined) return "rest"
  switch (state) {
    case "queued":
      return "turn"
    case "undecided":
      return task?.ref === undefined ? "look" : "poll"
    case "running":
      return cancel === "asked" ? "cancel" : "poll"
    case "fetching":
      return task?.outputs === undefined ? "poll" : "fetch"
    default:
      return "rest"
  }
}
