/** The provider, in a process of its own: the simulator, with room for the load. */
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { taskSeconds } from "./load.ts"

const simulator = await makeSimulator({
  dialects: [makeDialect({ concurrency: 1_000_000, credits: Number.MAX_SAFE_INTEGER })],
  pace: { "*": { queuedSeconds: 0, generatingSeconds: taskSeconds } },
})
process.send?.({ url: simulator.url, key: demoAccount.secret })
