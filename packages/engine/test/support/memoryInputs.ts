/** Inputs that need no disk, since these tests have no files. */
import { Effect, type Schema } from "effect"
import { Inputs } from "../../src/Inputs.ts"

export const memoryInputs = Inputs.of({
  setAside: (input) => Effect.succeed({ input: input as Schema.Json, files: [] }),
  restore: Effect.succeed,
})
