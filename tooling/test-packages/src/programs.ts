/** The programs that try a package: one that loads all of it, by import and by require, and its consumer. */
import { copyFileSync, existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Project } from "./Project.ts"
import { run } from "./run.ts"
import type { Tarball } from "./Tarball.ts"
import type { Runtime } from "./Tool.ts"
import { built } from "./types.ts"

const consumers = join(import.meta.dirname, "../consumers")

/** Programs to be compiled and run with a package, in TypeScript. */
export const writePrograms = ({ directory }: Project, { entries, name }: Tarball): void => {
  const imports = entries.map((entry, index) => `import * as e${index} from "${entry}"`)
  const all = entries.map((_, index) => `e${index}`).join(", ")
  writeFileSync(join(directory, "load.ts"), `${imports.join("\n")}\nexport default [${all}]\n`)
  writeFileSync(
    join(directory, "load.cjs"),
    entries.map((entry) => `require("${entry}")\n`).join(""),
  )
  const consumer = join(consumers, `${name.split("/")[1]}.ts`)
  if (!existsSync(consumer)) throw new Error(`${name} has no program in ${consumers}`)
  copyFileSync(consumer, join(directory, "use.ts"))
}

/** What those programs are once they are compiled, by what each shows. */
const programs: Readonly<Record<string, string>> = {
  import: `${built}/load.js`,
  require: "load.cjs",
  use: `${built}/use.js`,
}

/** What is wrong, in words. */
export const runPrograms = async (
  project: Project,
  runtimes: ReadonlyArray<Runtime>,
): Promise<ReadonlyArray<string>> => {
  const findings: Array<string> = []
  for (const runtime of runtimes) {
    for (const [purpose, path] of Object.entries(programs)) {
      // One after another: what is tried is whether they run, on a machine that does other things too.
      // oxlint-disable-next-line eslint/no-await-in-loop
      const problem = await tryRun(project, runtime, [path])
      if (problem !== undefined) findings.push(`${purpose} on ${runtime.name}: ${problem}`)
    }
  }
  return findings
}

/** What a program that did not end well had to say. */
export const tryRun = async (
  { directory }: Project,
  { command, flags }: Runtime,
  args: ReadonlyArray<string>,
): Promise<string | undefined> => {
  const { status, transcript } = await run(command, [...flags, ...args], { cwd: directory })
  if (status === 0) return undefined
  // A minified module that throws is quoted whole.
  const lines = transcript.split("\n").filter((line) => line.length < 300)
  return `it ended with ${status}\n${lines.join("\n").trim().slice(0, 1500)}`
}
