/** Starts a program and waits for it, away from what `./zoe`, npx and pnpm have set for theirs. */
import { spawn } from "node:child_process"

export interface Outcome {
  /** 0 is well; `null` where a signal or the time limit ended it. */
  readonly status: number | null
  /** What it wrote to stdout. */
  readonly output: string
  /** What it wrote to both, in the order of arrival. */
  readonly transcript: string
}

export interface RunOptions {
  readonly cwd: string
  /** 120 by default. */
  readonly timeoutSeconds?: number
}

export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, timeoutSeconds = 120 }: RunOptions,
): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: ownEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutSeconds * 1000,
      killSignal: "SIGKILL",
    })
    let output = ""
    let transcript = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      transcript += text
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      transcript += text
    })
    child.once("error", reject)
    child.once("close", (status) => resolve({ status, output, transcript }))
  })

/** The same, for what must succeed before anything else makes sense. */
export const runWell = async (
  command: string,
  args: ReadonlyArray<string>,
  options: RunOptions,
): Promise<string> => {
  const { output, status, transcript } = await run(command, args, options)
  if (status !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${transcript.trim()}`)
  }
  return output
}

/**
 * What npx and pnpm set would make the next npx look in the wrong place, and NODE_PATH would find
 * packages that the project under test never installed.
 */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))

const foreign = /^(npm_|pnpm_|node_path$|node_options$|node_compile_cache$)/i
