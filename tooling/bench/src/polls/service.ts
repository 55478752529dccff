/** The provider of both contenders, in a process of its own: the simulator, with room for the load. */
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { load } from "./load.ts"

const simulator = await makeSimulator({
  dialects: [makeDialect({ concurrency: load.tasks, credits: Number.MAX_SAFE_INTEGER })],
  pace: { "*": { queuedSeconds: 0, generatingSeconds: load.taskSeconds } },
})
process.send?.({
  url: simulator.url,
  key: demoAccount.secret,
  image: `${simulator.url}/inputs/sample.jpg`,
})
process.once("disconnect", () => void simulator.close())
