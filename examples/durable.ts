/**
 * A generation that outlives its process: asked for under a key of ours, killed in the middle, asked
 * for again. The second process goes on where the first one was, and nothing is paid twice.
 *
 *   ./zoe exec node examples/durable.ts [DIRECTORY]
 */
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Provider as Core, Providers } from "@zoetrope/core"
import { Engine } from "@zoetrope/engine"
import * as DataDirectory from "@zoetrope/engine/drivers/DataDirectory"
import { Transport } from "@zoetrope/node"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"
import { Effect, Layer, Redacted, Stream } from "effect"

const url = process.env["EXAMPLE_URL"]
const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "zoetrope-")))
if (url === undefined) await watchTwoProcesses()
else await Effect.runPromise(oneProcess(url))

/** What a program of yours does: it asks, and waits. */
function oneProcess(baseUrl: string) {
  const program = Effect.gen(function* () {
    const engine = yield* Engine.Engine
    yield* engine.changes.pipe(
      Stream.runForEach(({ state }) => Effect.sync(() => console.log(state))),
      Effect.forkScoped,
    )
    yield* engine.drive()
    const { generation, isNew } = yield* engine.submit({
      model: Models.jimengVideo30Pro.id,
      input: { prompt: "A red kite over a harbour", image: `${baseUrl}/inputs/sample.jpg` },
      key: "order-4711",
    })
    console.log(isNew ? "asked for" : "was asked for before")
    const { state } = yield* engine.settled(generation.id)
    const { artifacts, tasks } = yield* engine.record(generation.id)
    console.log(`${state}: ${tasks.length} task, ${artifacts[0]?.path}`)
  })
  const provider = Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: Redacted.make(demoAccount.secret),
    baseUrl,
  }).pipe(
    // The simulator is in a hurry; a real service is asked as its documents say.
    Effect.map((one) =>
      Core.withTiming(one, (timing) => ({
        ...timing,
        usual: 2,
        poll: { floor: 0.2, ceiling: 0.4 },
      })),
    ),
  )
  const engine = DataDirectory.layer({ directory, allow: { loopback: true } }).pipe(
    Layer.provide(Layer.unwrap(Effect.map(provider, (one) => Providers.layer([one])))),
    Layer.provide(Transport.layer()),
  )
  return Effect.scoped(program).pipe(Effect.provide(engine))
}

/** The witness: the simulator, whose ledger counts what is paid. */
async function watchTwoProcesses() {
  const simulator = await makeSimulator({ dialects: [dialect], speed: 30 })
  const start = () =>
    fork(import.meta.filename, [directory], {
      env: { ...process.env, EXAMPLE_URL: simulator.url },
      stdio: ["ignore", "pipe", "inherit", "ipc"],
    })

  const first = start()
  for await (const chunk of first.stdout ?? []) {
    const text = String(chunk)
    process.stdout.write(text)
    if (text.includes("running")) break
  }
  first.kill("SIGKILL")
  console.log("(killed)")

  const second = start()
  second.stdout?.pipe(process.stdout)
  await once(second, "exit")
  console.log(`paid by the provider's ledger: ${simulator.ledger().totals.accepted}`)
  await simulator.close()
}
