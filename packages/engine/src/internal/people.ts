/** What a person may ask of a generation, and what is refused with the reason. */
import type { Decision, Moment } from "../Decision.ts"
import type { Generation } from "../Generation.ts"
import type { Observation } from "../Observation.ts"
import { ended, keep, refuse, running, write } from "./writing.ts"

export const cancelAsked = (moment: Moment, generation: Generation): Decision => {
  switch (generation.state) {
    case "done":
    case "failed":
      return refuse(`it has ended already: ${generation.state}`)
    case "fetching":
      return refuse("its video exists, is paid for and is being fetched")
    case "undecided":
      return refuse("it is undecided: settle it instead")
    case "cancelled":
      return keep(undefined)
    case "queued":
      return ended(moment, generation, "cancelled", {}, [
        "cancelled",
        generation.task?.state === "undecided"
          ? `cancelled before it was sent again; submit ${generation.task.number} stays undecided`
          : "cancelled before it was sent",
      ])
    case "submitting":
    case "running":
      if (generation.cancel !== "no") return keep(generation.dueAt)
      return write(
        moment,
        generation,
        { cancel: "asked", ...(generation.state === "running" ? { dueAt: moment.now } : {}) },
        ["cancel-asked", "the provider is to be asked to cancel"],
      )
  }
}

export const settled = (
  moment: Moment,
  generation: Generation,
  { how }: Extract<Observation, { readonly _tag: "Settled" }>,
): Decision => {
  const { task } = generation
  if (generation.state !== "undecided" || task === undefined) {
    return refuse(`it is ${generation.state}; only what is undecided can be settled`)
  }
  switch (how._tag) {
    case "Again":
      return write(
        moment,
        generation,
        { state: "queued", dueAt: moment.now, cancel: "no", error: undefined, progress: undefined },
        ["settled", "to be made again, at the risk of paying twice"],
      )
    case "Found":
      return running(moment, generation, task, how.ref, [
        "settled",
        `its task was named: ${how.ref.taskId}`,
      ])
    case "GiveUp":
      return ended(moment, generation, "failed", {}, [
        "settled",
        "given up; its task may exist and may be paid",
      ])
  }
}
