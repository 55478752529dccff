/**
 * Submit in one process, wait in another: a handle is all that has to travel.
 *
 *   ./zoe exec node examples/submit-here-wait-there.ts
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { Task, TaskRef } from "@zoetrope/core"
import { Transport } from "@zoetrope/node"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"
import { Effect } from "effect"

const poll = { floor: 0.2, ceiling: 0.4 }

/** Keys and address come from the environment, as in a program of your own. */
const submit = Effect.gen(function* () {
  const provider = yield* Provider.fromConfig()
  const prepared = yield* Task.prepare(provider, Models.jimengVideo30Pro, {
    prompt: "A drum turns",
  })
  const { ref } = yield* Task.submit(provider, prepared)
  return TaskRef.toHandle(ref)
})

const wait = (handle: string) =>
  Effect.gen(function* () {
    const provider = yield* Provider.fromConfig()
    const { state } = yield* Task.wait(provider, yield* TaskRef.fromHandle(handle), { poll })
    return state.outputs[0].url
  })

const [role, handle] = process.argv.slice(2)
if (role === "wait" && handle !== undefined) {
  const url = await Effect.runPromise(wait(handle).pipe(Effect.provide(Transport.layer())))
  console.log(`the second process has the link: ${new URL(url).pathname}`)
} else {
  const simulator = await makeSimulator({ dialects: [dialect], speed: 30 })
  Object.assign(process.env, {
    VOLC_BASE_URL: simulator.url,
    VOLC_ACCESS_KEY_ID: demoAccount.id,
    VOLC_SECRET_ACCESS_KEY: demoAccount.secret,
  })

  const made = await Effect.runPromise(submit.pipe(Effect.provide(Transport.layer())))
  console.log(`the first process has a handle: ${made.slice(0, 24)}…`)
  const child = spawn(process.execPath, [import.meta.filename, "wait", made], { stdio: "inherit" })
  const [code] = await once(child, "exit")
  await simulator.close()
  process.exitCode = Number(code)
}
