/**
 * A process that asks for generations in a directory and drives them until it is killed, or until all
 * have ended or are undecided. It may be told to kill itself at one place: just before or just after
 * the n-th call that its engine makes of a port, or of the file system.
 *
 * Its one argument is `Order` as JSON.
 */
import { layer as providers } from "@zoetrope/core/Providers"
import { Effect, Layer } from "effect"
import fs from "node:fs/promises"
import { syncBuiltinESMExports } from "node:module"
import * as DataDirectory from "../../src/drivers/DataDirectory.ts"
import * as Engine from "../../src/Engine.ts"
import { Inputs } from "../../src/Inputs.ts"
import { Keep } from "../../src/Keep.ts"
import { Store } from "../../src/Store.ts"
import * as Writer from "../../src/Writer.ts"
import { requestOf, vendorOf } from "./ledger.ts"

export interface Order {
  readonly directory: string
  readonly url: string
  /** Prompts; each is its own idempotency key. */
  readonly prompts: ReadonlyArray<string>
  readonly death?: Death
}

/** Where it dies. A `rename` gives a whole file its name. */
export interface Death {
  readonly call: "flush" | "submit" | "setAside" | "keep" | "rename"
  readonly when: "before" | "after"
  /** From 1. */
  readonly nth: number
}

const { death, directory, prompts, url } = JSON.parse(process.argv[2] ?? "{}") as Order

let calls = 0

/** Counts the call, if it is of the kind that it dies of; the answer is for when it is over. */
const dieBefore = (call: Death["call"]): (() => void) => {
  if (death === undefined || call !== death.call) return () => {}
  calls += 1
  const isMeant = calls === death.nth
  const die = () => process.kill(process.pid, "SIGKILL")
  if (isMeant && death.when === "before") die()
  return () => void (isMeant && death.when === "after" && die())
}

const deadly = <A, E, R>(
  call: Death["call"],
  effect: Effect.Effect<A, E, R>,
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const dieAfter = dieBefore(call)
    return Effect.tap(effect, () => Effect.sync(dieAfter))
  })

const { rename } = fs
fs.rename = async (from, to) => {
  const dieAfter = dieBefore("rename")
  await rename(from, to)
  dieAfter()
}
syncBuiltinESMExports()

const vendor = vendorOf({ directory, url, answerMillis: () => 5 + 20 * Math.random() })
const accounts = providers([
  { ...vendor, submit: (request) => deadly("submit", vendor.submit(request)) },
])

/** The embedded engine, built once more upon its own ports with a trap before and behind each. */
const engine = Engine.layer().pipe(
  Layer.provide(Writer.layer()),
  Layer.provide([
    Layer.effect(
      Store,
      Store.useSync((store) => ({
        ...store,
        flush: (writes) => deadly("flush", store.flush(writes)),
      })),
    ),
    Layer.effect(
      Keep,
      Keep.useSync(({ keep }) => ({
        keep: (generation, outputs) => deadly("keep", keep(generation, outputs)),
      })),
    ),
    Layer.effect(
      Inputs,
      Inputs.useSync((inputs) => ({
        ...inputs,
        setAside: (input) => deadly("setAside", inputs.setAside(input)),
      })),
    ),
  ]),
  Layer.provide(DataDirectory.layer({ directory, allow: { loopback: true } })),
  Layer.provide(accounts),
)

const program = Effect.gen(function* () {
  const { drive, settled, submit } = yield* Engine.Engine
  yield* drive()
  process.stdout.write("driving\n")
  const all = yield* Effect.forEach(prompts, (prompt) => submit(requestOf(prompt)), {
    concurrency: "unbounded",
  })
  yield* Effect.forEach(all, ({ generation }) => settled(generation.id), {
    concurrency: "unbounded",
  })
  process.stdout.write("all settled\n")
})
await Effect.runPromise(program.pipe(Effect.scoped, Effect.provide(engine)))
