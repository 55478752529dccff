/**
 * What a generation must be in a copy that may be started later: nothing of it may pay by itself. What
 * was waiting, or on its way, may have been sent and paid by then; what fails may have been made again.
 * Pure, and by the engine's own rules.
 */
import { decide } from "@zoetrope/engine/decide"
import type { Change, Moment } from "@zoetrope/engine/Decision"
import type { Generation } from "@zoetrope/engine/Generation"

/**
 * The write that makes it so; `undefined` where nothing has to be changed.
 *
 * @param moment asked for each step, since a stamp is used once
 */
export const heldBack = (generation: Generation, moment: () => Moment): Change | undefined => {
  const { state, stamp: from } = generation
  if (state === "queued" || state === "submitting") return lost(generation, moment)
  const mayPay = state === "running" || state === "fetching" || state === "undecided"
  if (!mayPay || generation.remakes === 0) return undefined
  const { now, stamp } = moment()
  const version = generation.version + 1
  return { from, generation: { ...generation, remakes: 0, stamp, version, updatedAt: now } }
}

/** As if it had been marked as sent, and whoever did so had gone. */
const lost = (generation: Generation, moment: () => Moment): Change | undefined => {
  const held = { ...generation, remakes: 0 }
  const marked = held.state === "queued" ? decide(moment(), held, { _tag: "Turn" }) : undefined
  const sent = marked?._tag === "Write" ? marked.change.generation : held
  const orphan = decide(moment(), sent, { _tag: "Orphaned" })
  if (orphan._tag !== "Write") return undefined
  const { updatedAt: at, version } = orphan.change.generation
  const message = "it was about to be sent when this copy was made, and may have been sent since"
  return {
    ...orphan.change,
    from: generation.stamp,
    event: { version, at, kind: "undecided", message },
  }
}
