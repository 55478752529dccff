/**
 * One process of many on one data directory: asks for its share of the load, and drives what it can
 * until it is killed. It is the engine as a user has it, over real HTTP with signed requests; all that
 * is of this tool is who pays and how fast time goes. It ends when its parent does.
 */
import type { Provider } from "@zoetrope/core/Provider"
import { layer as providers } from "@zoetrope/core/Providers"
import * as DataDirectory from "@zoetrope/engine/drivers/DataDirectory"
import { Engine } from "@zoetrope/engine/Engine"
import * as Transport from "@zoetrope/node/Transport"
import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { Effect, Layer, Redacted } from "effect"
import { readFileSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { createInterface } from "node:readline"
import { hurried } from "./hurried.ts"
import { type Media, orderOf } from "./Load.ts"
import { fromLine, type WorkerSettings } from "./WorkerSettings.ts"

const accountsOf = Effect.fnUntraced(function* ({ accounts, url }: WorkerSettings) {
  const all: Array<Provider> = []
  for (const [account, { id, secret }] of Object.entries(accounts)) {
    const key = Redacted.make(secret)
    const common = { account, baseUrl: url }
    all.push(
      yield* VolcCv.Provider.make({ ...common, accessKeyId: id, secretAccessKey: key }),
      yield* Vidu.Provider.make({ ...common, apiKey: key }),
    )
  }
  return providers(all.map(hurried))
})

const work = Effect.fnUntraced(function* ({ from, picture, seed, until, urls }: WorkerSettings) {
  const engine = yield* Engine
  yield* engine.drive()
  process.stdout.write("driving\n")
  // For the next one: this one may not live to leave anything behind.
  flushCompileCache()
  const media: Media = { picture: new Uint8Array(readFileSync(picture)), urls }
  for (let number = from; number < until; number += 1) {
    const { account, input, key, model } = orderOf(seed, number, media)
    yield* engine.submit({ account, input, key, model })
    process.stdout.write(`asked ${number}\n`)
  }
  return yield* Effect.never
})

const lines = createInterface({ input: process.stdin })
lines.once("close", () => process.exit(1))
lines.once("line", (line) => {
  const settings = fromLine(line)
  const engine = DataDirectory.layer({
    directory: settings.directory,
    allow: { loopback: true },
  }).pipe(Layer.provide(Layer.unwrap(accountsOf(settings))), Layer.provide(Transport.layer()))
  Effect.runFork(
    work(settings).pipe(
      Effect.scoped,
      Effect.provide(engine),
      Effect.tapCause((cause) => Effect.logFatal("the worker ends", cause)),
      Effect.ensuring(Effect.sync(() => process.exit(1))),
    ),
  )
})
