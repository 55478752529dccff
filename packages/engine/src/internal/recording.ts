/**
 * From an observation to a written row: decides, writes, and where somebody was faster reads the row
 * and decides anew. What was observed may be the answer of a submit that was paid, so it outlives a
 * store that is away.
 */
import { Clock, Effect, Random, Schedule } from "effect"
import { decide } from "../decide.ts"
import type { Decision } from "../Decision.ts"
import type { Generation } from "../Generation.ts"
import type { Observation } from "../Observation.ts"
import type { Store } from "../Store.ts"
import type { Writer } from "../Writer.ts"

export interface Recorded {
  /** The last one, which stood. */
  readonly decision: Decision
  /** As it is in the store now, by this write or a later one; `undefined` where it was removed. */
  readonly generation: Generation | undefined
}

export type Record = (generation: Generation, observation: Observation) => Effect.Effect<Recorded>

export const make = (
  store: Pick<Store["Service"], "get">,
  writer: Pick<Writer["Service"], "write">,
): Record =>
  Effect.fnUntraced(function* (given, observation) {
    let generation = given
    while (true) {
      const moment = {
        now: yield* Clock.currentTimeMillis,
        random: yield* Random.next,
        stamp: crypto.randomUUID(),
      }
      const decision = decide(moment, generation, observation)
      if (decision._tag !== "Write") return { decision, generation }
      const { change } = decision
      if ((yield* writer.write({ _tag: "Change", change })) === "written") {
        return { decision, generation: change.generation }
      }
      const current = yield* store.get(generation.id).pipe(Effect.retry(pause), Effect.orDie)
      if (current === undefined) {
        const gone: Decision = { _tag: "Refuse", why: "it does not exist any more" }
        return { decision: gone, generation: undefined }
      }
      // A flush whose answer was lost had recorded it, and somebody has written since: the task's row,
      // which only this write can have made, is there.
      if (current.task?.token === change.generation.stamp) return { decision, generation: current }
      generation = current
    }
  })

const pause = Schedule.spaced("200 millis")
