/**
 * A batch under a limit of two tasks in flight: start them all, and each waits for its place.
 *
 *   ./zoe exec node examples/batch-two-at-a-time.ts
 */
import { open, secret, type TaskEvent } from "@zoetrope/node/promises"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"

// A provider that refuses the third task, as the real one does.
const simulator = await makeSimulator({
  dialects: [dialect],
  speed: 120,
  limits: { "*": { inFlight: 2 } },
})

// What this account has bought. The limit holds for the whole process, whoever asks.
const model = Models.jimengVideo30Pro
const volc = await open(
  Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: secret(demoAccount.secret),
    baseUrl: simulator.url,
    limits: { [model.id]: { inFlight: 2, callsPerSecond: 20 } },
  }),
)

const prompts = ["A kite", "A lantern", "A drum", "A lighthouse"]

await Promise.all(
  prompts.map(async (prompt) => {
    const options = {
      poll: { floor: 0.2, ceiling: 0.4 },
      onState: ({ _tag }: TaskEvent) => {
        if (_tag === "Waiting" || _tag === "Submitted") console.log(`${prompt}: ${_tag}`)
      },
    }
    try {
      await volc.run(model, { prompt }, options)
      console.log(`${prompt}: made`)
    } catch (error) {
      // One that fails does not stop the others, which are paid for.
      console.error(`${prompt}: ${String(error)}`)
    }
  }),
)

const { refused, totals } = simulator.ledger()
console.log(`${totals.accepted} tasks accepted, ${refused.length} refused`)
await simulator.close()
