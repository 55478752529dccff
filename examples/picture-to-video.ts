/**
 * From a picture to a file on disk, with Effect, against the simulator: no account, no cost.
 *
 *   ./zoe exec node examples/picture-to-video.ts [DIRECTORY]
 */
import { mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Task } from "@zoetrope/core"
import { Artifact, Transport } from "@zoetrope/node"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"
import { Effect, Redacted } from "effect"

const directory = process.argv[2] ?? (await mkdtemp(join(tmpdir(), "zoetrope-")))

// Thirty simulated seconds a second, and a provider that has a bad day.
const simulator = await makeSimulator({
  dialects: [dialect],
  speed: 30,
  faults: ["submit:code=50429", "poll:503:n=2"],
})

const program = Effect.gen(function* () {
  const provider = yield* Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: Redacted.make(demoAccount.secret),
    baseUrl: simulator.url,
  })

  const result = yield* Task.run(
    provider,
    Models.jimengVideo30Pro,
    { prompt: "The drum begins to turn", image: `${simulator.url}/inputs/sample.jpg` },
    {
      poll: { floor: 0.2, ceiling: 0.4 },
      onState: (event) => console.log(event._tag),
    },
  )

  const [video] = result.state.outputs
  return yield* Artifact.save({
    url: video.url,
    to: join(directory, "first-light.mp4"),
    allow: { loopback: true },
  })
})

const saved = await Effect.runPromise(program.pipe(Effect.provide(Transport.layer())))
console.log(`${saved.path}\n${saved.bytes} bytes, SHA-256 ${saved.sha256}`)
await simulator.close()
