/** The newest line of a log that is only read forwards: doubled until behind it, then halved. */
import type { Store, StoreError } from "@zoetrope/engine/Store"
import { Effect } from "effect"

export const lastSeq = Effect.fnUntraced(function* (
  store: Pick<Store["Service"], "log">,
): Effect.fn.Return<number, StoreError> {
  let there = 0
  let behind = 1
  while (true) {
    const [next] = yield* store.log(behind, 1)
    if (next === undefined) break
    there = next.seq
    behind = next.seq * 2
  }
  // The newest line is at `there` or between it and `behind`.
  while (there < behind) {
    const middle = Math.floor((there + behind) / 2)
    const [next] = yield* store.log(middle, 1)
    if (next === undefined) behind = middle
    else there = next.seq
  }
  return there
})
