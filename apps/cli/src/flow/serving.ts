/**
 * A server that runs until a signal comes. Owns what it is started with: the accounts of this machine,
 * or a simulator's, each with a data directory of its own; and what a person is told to begin with.
 */
import { type AnyModel, fields } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import * as Accounts from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { command } from "../Failure.ts"
import * as Interrupts from "../Interrupts.ts"
import { json, keep, note, styleFor, warningText } from "../terminal/Output.ts"
import { program } from "../program.ts"
import { type Ready, readyText } from "../telling/servingText.ts"
import { type SimulatedVendor, isSimulated, type Vendor } from "../Vendor.ts"
import { quoted } from "../words/Words.ts"

export interface Wishes {
  readonly host: string
  readonly port: number
  readonly publicUrl: string | undefined
  readonly simulate: boolean
  readonly dataDir: Option.Option<string>
  readonly json: boolean
}

export const serving = Effect.fn("serving")(function* (
  vendors: ReadonlyArray<Vendor>,
  wishes: Wishes,
) {
  const { Keys, reporting, start } = yield* Effect.promise(() => import("@zoetrope/server"))
  const directory = directoryOf(wishes)
  const opened = yield* wishes.simulate
    ? simulatedAccounts(vendors.filter(isSimulated))
    : ownAccounts(vendors)
  const isLocal = new Map(opened.map(({ local, provider }) => [provider.key, local]))
  const keysOf = Keys.list(directory.path).pipe(Effect.orElseSucceed(() => []))
  const serve = Effect.gen(function* () {
    const { url } = yield* start({
      providers: opened.map(({ provider }) => provider),
      dataDir: directory.path,
      host: wishes.host,
      port: wishes.port,
      publicUrl: wishes.publicUrl,
      // Only a video of a simulator may come from this machine.
      allow: ({ accountKey }) => ({ loopback: isLocal.get(accountKey) === true }),
    })
    const ready: Ready = {
      url,
      directory,
      hasKeys: (yield* keysOf).length > 0,
      isSimulated: wishes.simulate,
      example: exampleOf(opened.flatMap(({ provider }) => provider.models)),
    }
    const style = yield* styleFor(process.stderr)
    if (!wishes.json) note(readyText(ready, style))
    const where = wishes.json ? json({ url, dataDir: directory.path }) : url
    yield* Effect.promise(() => keep(where, style.words))
    Interrupts.words.first = style.words.serve.stopping
    return yield* Effect.never
  })
  return yield* serve.pipe(
    Effect.provide(reporting),
    Effect.scoped,
    Effect.catch((error) =>
      Effect.flatMap(keysOf, (keys) =>
        Effect.fail(notStarted(error, keys.length, wishes, directory)),
      ),
    ),
  )
}, Effect.scoped)

/** What is simulated is never beside what is real, unless a directory is named. */
const directoryOf = ({ dataDir, simulate }: Wishes): DataDirectory.DataDirectory =>
  DataDirectory.of(
    simulate && Option.isNone(dataDir)
      ? Option.some(`${DataDirectory.pathIn(process.env)}-simulated`)
      : dataDir,
  )

const ownAccounts = Effect.fnUntraced(function* (vendors: ReadonlyArray<Vendor>) {
  const { opened, problems } = yield* Accounts.openAll(vendors, [])
  const [problem] = problems
  if (opened.length > 0) {
    const style = yield* styleFor(process.stderr)
    const { words } = style
    for (const { say } of problems) note(warningText(words.serve.notUsed(say(words)), style))
    return opened
  }
  if (problem !== undefined) return yield* problem
  // Fails, with what to do.
  yield* Accounts.every(vendors).pipe(
    Effect.mapError(
      ({ next = [], say }) =>
        new BadInput({
          say,
          next: [
            ...next,
            ({ refusals }) => refusals.serve.orSimulate,
            command(`${program} serve --simulate`),
          ],
        }),
    ),
  )
  return opened
})

/** Simulated seconds per real second: a task of a minute or two takes some seconds. */
const speed = 10

const simulatedAccounts = Effect.fnUntraced(function* (vendors: ReadonlyArray<SimulatedVendor>) {
  // Loads the renderer, which no other way to serve needs.
  const { makeSimulator } = yield* Effect.promise(() => import("@zoetrope/simulator"))
  const dialects = yield* Effect.promise(() =>
    Promise.all(vendors.map(({ simulation }) => simulation.dialect())),
  )
  const { accounts, url } = yield* Effect.acquireRelease(
    Effect.promise(() => makeSimulator({ dialects, speed })),
    (running) => Effect.promise(() => running.close()),
  )
  const [account] = accounts
  if (account === undefined) return []
  return yield* Effect.forEach(vendors, (vendor) =>
    Accounts.openAccount(vendor, {
      name: "simulated",
      origin: "simulator",
      variables: vendor.simulation.variables(account, url),
    }),
  )
})

/** A request that can be sent as it stands: of a model that needs no file, if there is one. */
const exampleOf = (models: ReadonlyArray<AnyModel>): Ready["example"] => {
  const examples = models.flatMap((model) => {
    const media = fields(model).flatMap((field) => (field.media === undefined ? [] : [field.name]))
    return model.examples.map((given) => {
      const input = given as Readonly<Record<string, unknown>>
      return { model: model.id, input, isPlain: !media.some((name) => name in input) }
    })
  })
  return examples.find(({ isPlain }) => isPlain) ?? examples[0]
}

const notStarted = (
  error: { readonly message: string },
  keys: number,
  { host }: Wishes,
  directory: DataDirectory.DataDirectory,
): BadInput =>
  new BadInput({
    say: error instanceof BadInput ? error.say : quoted(error.message),
    next:
      keys === 0 && !Accounts.isLoopback(`http://${host}`)
        ? [command(directory.command("keys", "make"))]
        : [],
  })
