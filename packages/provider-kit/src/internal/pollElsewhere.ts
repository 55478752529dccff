/**
 * The main module of the process that `elsewhere` starts: reads a job from its standard input, makes the
 * provider from the module named there, polls each handle once and prints the states that it found.
 */
import type { Provider } from "@zoetrope/core/Provider"
import * as TaskRef from "@zoetrope/core/TaskRef"
import { TaskState } from "@zoetrope/core/TaskState"
import * as Transport from "@zoetrope/node/Transport"
import { Effect, Schema } from "effect"
import { json } from "node:stream/consumers"
import type { Make, Target } from "../Subject.ts"

/** What is told to the other process. */
export interface Job {
  /** Address of the module that exports `make`. */
  readonly module: string
  readonly target: Target
  /** Handles as people pass them on. */
  readonly handles: ReadonlyArray<string>
}

const job = (await json(process.stdin)) as Job
const { make } = (await import(job.module)) as { readonly make: Make }

const program = Effect.gen(function* () {
  const provider: Provider = yield* make(job.target)
  const states = yield* Effect.forEach(job.handles, (handle) =>
    Effect.flatMap(TaskRef.fromHandle(handle), (ref) => provider.poll(ref)),
  )
  return yield* Schema.encodeEffect(Schema.toCodecJson(Schema.Array(TaskState)))(
    states.map(({ state }) => state),
  )
})

const states = await Effect.runPromise(program.pipe(Effect.provide(Transport.layer())))
process.stdout.write(JSON.stringify(states))
