/**
 * A process that drives generations in a SQLite file until it is killed. Its vendor writes each task
 * that it accepts into a ledger, on the disk before it answers, so that what was paid is known to a
 * witness that no crash of ours can touch.
 *
 * Arguments: directory, how many generations to insert first.
 */
import { Effect, Layer } from "effect"
import * as Provider from "@zoetrope/core/Provider"
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs"
import { createHash } from "node:crypto"
import { join } from "node:path"
import * as SqliteStore from "../../src/drivers/SqliteStore.ts"
import { Inputs } from "../../src/Inputs.ts"
import { Keep } from "../../src/Keep.ts"
import * as Runner from "../../src/Runner.ts"
import { Store } from "../../src/Store.ts"
import * as Writer from "../../src/Writer.ts"
import { memoryInputs } from "./memoryInputs.ts"
import { model, provider as base, queued, refOf, succeeded } from "./vendor.ts"

const [directory = ".", count = "0"] = process.argv.slice(2)
const ledgerPath = join(directory, "ledger")
const ledger = openSync(ledgerPath, "a")

const quick = {
  ...model,
  limits: { inFlight: 20, callsPerSecond: 1_000_000 },
  timing: { ...model.timing, usual: 0.02, poll: { floor: 0.01, ceiling: 0.02 } },
}

const provider = Provider.make({
  ...base,
  models: [quick],
  submit: ({ key }) =>
    Effect.gen(function* () {
      writeSync(ledger, `${key}\n`)
      fsyncSync(ledger)
      yield* Effect.sleep(5 + 20 * Math.random())
      return { ref: refOf(key, new Date().toISOString()), warnings: [] }
    }),
  poll: ({ taskId }) =>
    Effect.sync(() =>
      readFileSync(ledgerPath, "utf8").includes(taskId)
        ? { state: Math.random() < 0.5 ? succeeded : { _tag: "Running" as const }, warnings: [] }
        : { state: { _tag: "NotFound" as const, message: "no such task" }, warnings: [] },
    ),
})

const keep = Layer.succeed(Keep, {
  keep: ({ id }) =>
    Effect.sync(() => {
      const bytes = `the video of ${id}`
      const sha256 = createHash("sha256").update(bytes).digest("hex")
      const path = join(directory, sha256)
      if (!existsSync(path)) {
        writeFileSync(`${path}.part`, bytes)
        renameSync(`${path}.part`, path)
      }
      return [{ kind: "video", sha256, bytes: bytes.length, path: sha256 }] as const
    }),
})

const store = SqliteStore.layer({ filename: join(directory, "zoetrope.db") })
const program = Effect.gen(function* () {
  const { live } = yield* Store
  const writer = yield* Writer.Writer
  const runner = yield* Runner.Runner
  yield* runner.drive(provider)
  const now = Date.now()
  yield* Effect.forEach(
    Array.from({ length: Number(count) }, (_, index) =>
      queued({ id: `g${index}`, stamp: crypto.randomUUID(), createdAt: now, updatedAt: now }),
    ),
    (generation) =>
      writer
        .write({
          _tag: "Insert",
          generation,
          input: { prompt: generation.id },
          event: { version: 1, at: now, kind: "accepted", message: "accepted" },
        })
        .pipe(Effect.andThen(Effect.sync(() => runner.adopt(generation)))),
    { concurrency: "unbounded" },
  )
  process.stdout.write("driving\n")
  const account = { provider: provider.id, accountKey: provider.key }
  while ((yield* live(account)).some(({ state }) => state !== "undecided")) yield* Effect.sleep(20)
  process.stdout.write("all settled\n")
}).pipe(
  Effect.provide(
    Runner.layer().pipe(
      Layer.provideMerge(Writer.layer()),
      Layer.provideMerge(store),
      Layer.provide([keep, Layer.succeed(Inputs, memoryInputs)]),
    ),
  ),
)
await Effect.runPromise(program)
closeSync(ledger)
