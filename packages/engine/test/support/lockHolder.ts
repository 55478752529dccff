/**
 * A process that holds a lock until it is killed, or until its input ends. Says `asking` before, and
 * `held` when it has it.
 *
 * Arguments: directory, name.
 */
import { Effect } from "effect"
import { once } from "node:events"
import * as SqliteLock from "../../src/drivers/SqliteLock.ts"
import { Lock } from "../../src/Lock.ts"

const [directory = ".", name = ""] = process.argv.slice(2)

await Effect.gen(function* () {
  process.stdout.write("asking\n")
  yield* Lock.use(({ hold }) => hold(name))
  process.stdout.write("held\n")
  process.stdin.resume()
  yield* Effect.promise(() => once(process.stdin, "end"))
}).pipe(Effect.scoped, Effect.provide(SqliteLock.layer({ directory })), Effect.runPromise)
