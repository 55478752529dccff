/**
 * A vendor whose ledger is a file: each task that it accepts is on the disk before it answers, so that
 * what was paid is known to a witness that no crash of ours can touch. All processes that open the same
 * ledger are served by the same vendor. Its videos come from a server on loopback.
 */
import * as Provider from "@zoetrope/core/Provider"
import { GenerationFailed } from "@zoetrope/core/Reason"
import { Effect, Schema } from "effect"
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { failure, model as slow, provider as base, refOf } from "./vendor.ts"

/** One task that was accepted, and may be paid. */
export interface Accepted {
  /** Its id, too. */
  readonly token: string
  readonly prompt: string
}

export const ledgerOf = (directory: string): ReadonlyArray<Accepted> => {
  const file = join(directory, "ledger")
  if (!existsSync(file)) return []
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Accepted)
}

const Input = Schema.Struct({
  prompt: Schema.String,
  image: Schema.optionalKey(Schema.Uint8Array),
})
type Input = typeof Input.Type

const model = {
  ...slow,
  input: Input,
  limits: { inFlight: 20, callsPerSecond: 1_000_000 },
  timing: { ...slow.timing, usual: 0.02, longest: 1, poll: { floor: 0.01, ceiling: 0.02 } },
}

/** The first task of this prompt fails in a way that its document calls retryable. */
export const failsOnce = "fails once"

/** What a program asks for; the prompt is the key as well. */
export const requestOf = (prompt: string) => ({
  model: model.id,
  key: prompt,
  input: { prompt, image: new TextEncoder().encode(`the picture of ${prompt}`) },
})

export interface Options {
  /** Where the ledger is. */
  readonly directory: string
  /** Where the videos come from: `serveVideos`. */
  readonly url: string
  /** Whether a lost submit can be looked for. */
  readonly canFind?: boolean
  /** Milliseconds from the acceptance to the answer. */
  readonly answerMillis?: () => number
}

export const vendorOf = ({ answerMillis, canFind = false, directory, url }: Options) => {
  const ref = (token: string) => refOf(token, new Date().toISOString())
  return Provider.make({
    ...base,
    models: [model],
    submit: ({ input, key }) =>
      Effect.gen(function* () {
        accept(directory, { token: key, prompt: (input as Input).prompt })
        if (answerMillis !== undefined) yield* Effect.sleep(answerMillis())
        return { ref: ref(key), warnings: [] }
      }),
    poll: ({ taskId }) =>
      Effect.sync(() => {
        const tasks = ledgerOf(directory)
        const task = tasks.find(({ token }) => token === taskId)
        if (task === undefined) {
          return { state: { _tag: "NotFound", message: "no such task" }, warnings: [] }
        }
        const first = tasks.find(({ prompt }) => prompt === task.prompt)
        return task.prompt === failsOnce && task === first
          ? { state: { _tag: "Failed", error: unlucky }, warnings: [] }
          : { state: { _tag: "Succeeded", outputs: [videoOf(url, taskId)] }, warnings: [] }
      }),
    ...(canFind
      ? {
          find: ({ key }: Provider.SubmitRequest) =>
            Effect.sync(() =>
              ledgerOf(directory).some(({ token }) => token === key) ? ref(key) : undefined,
            ),
        }
      : {}),
  })
}

const videoOf = (url: string, taskId: string) =>
  ({ kind: "video", url: `${url}/${taskId}` }) as const

const unlucky = failure("task", new GenerationFailed({ retryable: "yes" }))

const accept = (directory: string, task: Accepted): void => {
  const file = openSync(join(directory, "ledger"), "a")
  appendFileSync(file, `${JSON.stringify(task)}\n`)
  fsyncSync(file)
  closeSync(file)
}

/** The bytes of a task's video. */
export const bytesOf = (taskId: string): string => `the video of ${taskId}`

/** Serves the video of whatever task is asked for; closed with the scope. */
export const serveVideos = Effect.acquireRelease(
  Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      response.writeHead(200, { "content-type": "video/mp4" })
      response.end(bytesOf(request.url?.slice(1) ?? ""))
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      const close = () => {
        server.closeAllConnections()
        server.close()
      }
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close }))
    })
  }),
  ({ close }) => Effect.sync(close),
)
