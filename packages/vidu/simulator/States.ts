/** The service's words for how a task stands. */
import type { Phase } from "@zoetrope/simulator"
import type { Job } from "./Jobs.ts"

/** How long a task shows as created before it shows as queueing, in milliseconds. No document says. */
const CREATED_FOR = 1000

/** `now` is the simulated time. */
export const stateOf = ({ task, trigger }: Job, phase: Phase, now: number): string => {
  switch (phase._tag) {
    case "Queued":
      return now < task.acceptedAt + CREATED_FOR ? "created" : "queueing"
    case "Generating":
      return "processing"
    case "Succeeded":
      return trigger.state ?? "success"
    case "Failed":
    case "Forgotten":
      return "failed"
  }
}

/** The `err_code` of a task, empty for one that has not failed. */
export const errCodeOf = (phase: Phase): string =>
  phase._tag === "Failed" ? (phase.code ?? "InternalServiceFailure") : ""

/** What a task costs: a failed one nothing. */
export const creditsOf = ({ task }: Job, phase: Phase): number =>
  phase._tag === "Failed" ? 0 : (task.credits ?? 0)
