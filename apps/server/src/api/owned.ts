/** The generation that a request names, if it is the caller's: others are as if there were none. */
import { Access } from "@zoetrope/api"
import { Engine } from "@zoetrope/engine/Engine"
import { Effect } from "effect"
import { unavailable, unknownGeneration } from "./problems.ts"

/** Whose generations a caller sees; `undefined` for everybody's. */
export const viewOf = ({ owner, scope }: Access.Caller): string | undefined =>
  scope === "admin" ? undefined : owner

export const isVisible = (caller: Access.Caller, owner: string): boolean => {
  const view = viewOf(caller)
  return view === undefined || view === owner
}

/** @param id the whole of it */
export const owned = Effect.fnUntraced(function* (id: string) {
  const engine = yield* Engine
  const caller = yield* Access.CurrentCaller
  const generation = yield* engine.get(id).pipe(
    Effect.catchTags({
      UnknownGeneration: () => Effect.void,
      StoreError: unavailable,
    }),
  )
  return generation?.id === id && isVisible(caller, generation.owner)
    ? generation
    : yield* unknownGeneration({ id })
})
