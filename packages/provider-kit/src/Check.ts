/** One thing that every provider must show, as data: the suite registers it, documents print it. */
import type { Effect, Scope } from "effect"
import type { Bench } from "./Bench.ts"
import type { Subject } from "./Subject.ts"

export interface Check {
  /** In words, as a sentence about the provider: `a redirect is not followed`. */
  readonly name: string
  /** What would happen to somebody if it did not hold. */
  readonly why: string
  /** Whether a video that was paid for could be lost, or paid for twice. */
  readonly money: boolean
  /** Whether it concerns this provider; default always. */
  readonly applies?: (subject: Subject) => boolean
  /** What is wrong, in words; nothing where all is well. It begins with a simulator of its own. */
  readonly run: (bench: Bench) => Effect.Effect<ReadonlyArray<string>, unknown, Scope.Scope>
}
