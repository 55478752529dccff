/**
 * The main module of the process that `elsewhere` starts: reads a job from its standard input, makes the
 * provider from the module named there, polls the handle once and prints the state that it found.
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
  /** A handle as people pass it on. */
  readonly handle: string
}

const job = (await json(process.stdin)) as Job
const { make } = (await import(job.module)) as { readonly make: Make }

const program = Effect.gen(function* () {
  const provider: Provider = yield* make(job.target)
  const ref = yield* TaskRef.fromHandle(job.handle)
  const { state } = yield* provider.poll(ref)
  return yield* Schema.encodeEffect(Schema.toCodecJson(TaskState))(state)
})

const state = await Effect.runPromise(program.pipe(Effect.provide(Transport.layer())))
process.stdout.write(JSON.stringify(state))
