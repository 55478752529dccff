/**
 * What the packages are tried with, each from the npm registry at a pinned version and kept in npm's
 * own cache: runtimes and compilers that are not what `./zoe` itself runs on.
 */
import { delimiter, join } from "node:path"
import { run, runWell } from "./run.ts"

export interface Tool {
  readonly name: string
  /** Absolute. */
  readonly command: string
}

export interface Runtime extends Tool {
  /** What stands before the file to run. */
  readonly flags: ReadonlyArray<string>
}

/** The runtimes to be had here, and in words which are not. A Node that is missing is a failure. */
export const runtimes = async (): Promise<{
  readonly available: ReadonlyArray<Runtime>
  readonly missing: ReadonlyArray<string>
}> => {
  const available: Array<Runtime> = []
  const missing: Array<string> = []
  for (const version of nodes) {
    // npm looks after one cache: one at a time.
    // oxlint-disable-next-line eslint/no-await-in-loop
    available.push({ ...(await fetch("node", version)), flags: [] })
  }
  for (const { flags, name, version } of others) {
    try {
      // oxlint-disable-next-line eslint/no-await-in-loop
      const tool = await fetch(name, version)
      // oxlint-disable-next-line eslint/no-await-in-loop
      const { status } = await run(tool.command, ["--version"], { cwd: "." })
      if (status !== 0) throw new Error(`it ended with ${status}`)
      available.push({ ...tool, flags })
    } catch (error) {
      missing.push(`${name} ${version}: ${String(error).split("\n")[0]}`)
    }
  }
  return { available, missing }
}

/** The oldest TypeScript that is supported, and the newest. */
export const compilers = async (): Promise<ReadonlyArray<Tool>> => [
  await fetch("typescript", "5.9.3", "tsc"),
  await fetch("typescript", "7.0.2", "tsc"),
]

/** The oldest that is supported, the long-term one, the newest. */
const nodes = ["22.19.0", "24.21.0", "26.10.0"]

const others = [
  { name: "bun", version: "1.4.5", flags: [] },
  {
    name: "deno",
    version: "2.9.6",
    flags: ["run", "--allow-all", "--quiet", "--node-modules-dir=manual"],
  },
]

const fetch = async (name: string, version: string, binary = name): Promise<Tool> => {
  const path = await runWell(
    "npx",
    [
      "--yes",
      "--prefer-offline",
      `--package=${name}@${version}`,
      "--",
      "node",
      "-p",
      "process.env.PATH",
    ],
    { cwd: ".", timeoutSeconds: 300 },
  )
  // npx puts the folder with the package's commands in front of all others.
  return { name: `${name} ${version}`, command: join(path.split(delimiter)[0] ?? "", binary) }
}
