/** A data directory is made and opened, and refuses what no account can make. */
import { Providers } from "@zoetrope/core"
import { Engine, EngineError } from "@zoetrope/engine"
import * as DataDirectory from "@zoetrope/engine/drivers/DataDirectory"
import { Transport } from "@zoetrope/node"
import { Effect, Layer } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const directory = await mkdtemp(join(tmpdir(), "zoetrope-"))

const program = Effect.gen(function* () {
  const engine = yield* Engine.Engine
  const refused = yield* Effect.flip(engine.submit({ model: "nobody/nothing", input: {} }))
  if (!(refused instanceof EngineError.UnknownModel)) throw new Error("an unknown model was taken")
  const known = yield* engine.list({})
  if (known.length !== 0) throw new Error("a refused generation left a row")
})

await Effect.runPromise(
  program.pipe(
    Effect.provide(
      DataDirectory.layer({ directory }).pipe(
        Layer.provide(Providers.layer([])),
        Layer.provide(Transport.layer()),
      ),
    ),
  ),
)
await rm(directory, { recursive: true })
