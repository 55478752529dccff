/**
 * Who drives an account: a port. At most one holder of a name at a time, among all processes that
 * share a store; a holder that dies holds nothing. What must never happen twice is not guarded by
 * this, but by the stamps of the rows.
 */
import { Context, type Effect, type Scope } from "effect"

/** By name: whoever holds the name of an account drives it. */
export class Lock extends Context.Service<
  Lock,
  {
    /** Waits until it is ours; given back when the scope closes. */
    readonly hold: (name: string) => Effect.Effect<void, never, Scope.Scope>
  }
>()("@zoetrope/engine/Lock") {}
