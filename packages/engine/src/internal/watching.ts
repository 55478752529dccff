/** What other processes record in the same store, seen within `everyMillis`. */
import { Effect } from "effect"
import type { Generation } from "../Generation.ts"
import type { Store } from "../Store.ts"

const everyMillis = 250

/**
 * Runs until it is interrupted. A store that is away is asked again.
 *
 * @param isKnown whether this version was seen here already
 */
export const watch = Effect.fnUntraced(function* (
  store: Store["Service"],
  isKnown: (id: string, version: number) => boolean,
  seen: (generation: Generation) => void,
  gone: (id: string) => void,
) {
  let revision: number | undefined
  while (true) {
    const look = Effect.gen(function* () {
      // Before anything is driven here, all that matters is what comes from now on.
      const changed = yield* store.changed(revision ?? Number.MAX_SAFE_INTEGER)
      for (const { id, version } of changed.rows) {
        if (isKnown(id, version)) continue
        const generation = yield* store.get(id)
        if (generation === undefined) gone(id)
        else seen(generation)
      }
      revision = changed.revision
    })
    yield* Effect.catchTag(look, "StoreError", () => Effect.void)
    yield* Effect.sleep(everyMillis)
  }
})
