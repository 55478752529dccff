/** A server starts on an empty directory, answers, and ends with its scope. */
import { start } from "@zoetrope/server"
import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

const dataDir = await mkdtemp(join(tmpdir(), "zoetrope-"))

const program = Effect.gen(function* () {
  const { url } = yield* start({ providers: [], dataDir, port: 0 })
  const answer = yield* Effect.promise(() => fetch(`${url}/api/v1/models`))
  if (answer.status !== 200) throw new Error(`the models were answered with ${answer.status}`)
})

await Effect.runPromise(Effect.scoped(program))
await rm(dataDir, { recursive: true })

// @ts-expect-error a server has a directory
void (() => start({ providers: [] }))
