/**
 * The rules: what is known of a generation, and something observed, to one write. Pure: time, chance
 * and the new stamp are arguments. What an answer proves and when a call is repeated are the core's
 * tables; what happens next follows from the written row alone (`nextAction`).
 */
import type { Decision, Moment } from "./Decision.ts"
import type { Generation } from "./Generation.ts"
import { cancelAnswered, kept, notKept, nudged, polled } from "./internal/following.ts"
import { cancelAsked, settled } from "./internal/people.ts"
import { answered, hindered, looked, orphaned, turn, withheld } from "./internal/submitting.ts"
import type { Observation } from "./Observation.ts"

/**
 * One observation of one generation, decided: at most one write. An observation that does not apply to
 * the generation as it is now changes nothing, and says so.
 */
export const decide = (
  moment: Moment,
  generation: Generation,
  observation: Observation,
): Decision => {
  switch (observation._tag) {
    case "Turn":
      return turn(moment, generation)
    case "Hindered":
      return hindered(moment, generation, observation)
    case "Withheld":
      return withheld(moment, generation, observation)
    case "Answered":
      return answered(moment, generation, observation)
    case "Orphaned":
      return orphaned(moment, generation, observation)
    case "Looked":
      return looked(moment, generation, observation)
    case "Nudged":
      return nudged(moment, generation)
    case "Polled":
      return polled(moment, generation, observation)
    case "Kept":
      return kept(moment, generation, observation.artifacts)
    case "NotKept":
      return notKept(moment, generation, observation)
    case "CancelAsked":
      return cancelAsked(moment, generation)
    case "CancelAnswered":
      return cancelAnswered(moment, generation, observation)
    case "Settled":
      return settled(moment, generation, observation)
  }
}
