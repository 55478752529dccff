/** Goes on with handles in a process of its own, which shares nothing with this one but the handles. */
import { TaskState } from "@zoetrope/core/TaskState"
import { Effect, Schema } from "effect"
import { spawn } from "node:child_process"
import { extname } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import type { Job } from "./pollElsewhere.ts"
import { Problem } from "../Problem.ts"

/** Beside this module in the sources as in what is published. */
const entry = new URL(`./pollElsewhere${extname(import.meta.url)}`, import.meta.url)

const patienceMilliseconds = 15_000

/** The states that another process finds; fails with a `Problem` that says how it died. */
export const pollElsewhere = Effect.fnUntraced(function* (job: Job) {
  const printed = yield* Effect.tryPromise({
    try: () => run(job),
    catch: (cause) => new Problem({ what: cause instanceof Error ? cause.message : String(cause) }),
  })
  return yield* decode(printed)
})

const decode = Schema.decodeEffect(
  Schema.fromJsonString(Schema.toCodecJson(Schema.Array(TaskState))),
)

/** The job goes in by standard input: it holds credentials, which arguments would show to everyone. */
const run = async (job: Job): Promise<string> => {
  const child = spawn(process.execPath, [fileURLToPath(entry)], {
    stdio: ["pipe", "pipe", "pipe"],
    timeout: patienceMilliseconds,
    env: { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1" },
  })
  child.stdin.on("error", () => undefined)
  child.stdin.end(JSON.stringify(job))
  const exit = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", resolve)
  })
  const [printed, said, code] = await Promise.all([text(child.stdout), text(child.stderr), exit])
  if (code === 0) return printed
  throw new Error(`the other process ended with ${String(code)}: ${said.trim().slice(0, 2000)}`)
}
