/**
 * The packages in one program: the examples of this repository, compiled against what was installed, and
 * the one with promises run on every runtime, from a prompt to a file.
 */
import { copyFileSync, globSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { tryRun } from "./programs.ts"
import { install } from "./Project.ts"
import type { Bench } from "./tryAlone.ts"
import { checkTree } from "./tree.ts"
import { built, checkTypes } from "./types.ts"

/** What is wrong, in words. */
export const tryTogether = async (bench: Bench): Promise<ReadonlyArray<string>> => {
  const { compilers, registry, root, runtimes, tarballs } = bench
  const names = tarballs.map(({ name }) => name)
  const directory = join(bench.directory, "together")
  const project = await install(directory, registry, [...names, "effect", "@types/node@22"])
  for (const file of globSync("*.ts", { cwd: join(root, "examples") })) {
    copyFileSync(join(root, "examples", file), join(directory, file))
  }
  const findings = [
    ...checkTree(project, name, names),
    ...(await checkTypes(project, compilers, { lib, nodeTypes: true })),
  ]
  for (const runtime of runtimes) {
    const program = `${built}/picture-to-video-with-promises.js`
    const films = join(directory, runtime.name)
    mkdirSync(films)
    // oxlint-disable-next-line eslint/no-await-in-loop
    const problem = await tryRun(project, runtime, [program, films])
    if (problem !== undefined) findings.push(`${program} on ${runtime.name}: ${problem}`)
  }
  return findings.map((finding) => `${name}: ${finding}`)
}

const name = "the examples"

/** One of them goes through a web stream with `for await`. */
const lib = ["ES2024", "DOM", "DOM.AsyncIterable"]
