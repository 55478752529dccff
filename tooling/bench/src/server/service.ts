/** The provider, in a process of its own: the simulator, whose tasks outlast every measurement. */
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"

const simulator = await makeSimulator({
  dialects: [makeDialect({ concurrency: 1_000_000, credits: Number.MAX_SAFE_INTEGER })],
  pace: { "*": { queuedSeconds: 0, generatingSeconds: 36_000 } },
})
process.send?.({ url: simulator.url, key: demoAccount.secret })
process.on("disconnect", () => process.exit())
