/**
 * A moderation failure, handled: what was stopped, what it cost, and what to tell the person who asked.
 *
 *   ./zoe exec node examples/when-content-is-refused.ts
 */
import { Moderated, open, secret, TaskError } from "@zoetrope/node/promises"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"

const simulator = await makeSimulator({ dialects: [dialect], speed: 60 })
const volc = await open(
  Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: secret(demoAccount.secret),
    baseUrl: simulator.url,
  }),
)

const answer = async (prompt: string): Promise<string> => {
  try {
    const { state } = await volc.run(
      Models.jimengVideo30Pro,
      { prompt },
      // A result that was stopped may pass when it is made again, which is another task: not here.
      { remakes: 0, poll: { floor: 0.2, ceiling: 0.4 } },
    )
    return `here it is: ${new URL(state.outputs[0].url).pathname}`
  } catch (error) {
    // Anything else is somebody else's to handle: its message says what it cost and what to do.
    if (!(error instanceof TaskError) || !(error.reason instanceof Moderated)) throw error
    console.error(error.message) // with the provider's code and request id, for the log
    return error.reason.stage === "input"
      ? "please describe it differently"
      : "the film did not pass review; please try another scene"
  }
}

// The simulator takes these codes from a prompt; the real service finds its own reasons.
console.log(await answer("A battle [[50413]]"))
console.log(await answer("A crowd [[50511]]"))
console.log(await answer("A quiet harbour"))
await simulator.close()
