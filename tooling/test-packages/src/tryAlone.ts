/** One package, alone in an empty project: installed, compiled, run, and measured. */
import { join } from "node:path"
import { runPrograms, tryRun, writePrograms } from "./programs.ts"
import { install, installedBytes } from "./Project.ts"
import { checkPublishing } from "./publishing.ts"
import type { Registry } from "./Registry.ts"
import { settingOf } from "./Setting.ts"
import { startUp } from "./startUp.ts"
import type { Tarball } from "./Tarball.ts"
import type { Runtime, Tool } from "./Tool.ts"
import { checkTree } from "./tree.ts"
import { built, checkTypes } from "./types.ts"

export interface Bench {
  readonly root: string
  /** For what is made on the way. */
  readonly directory: string
  readonly registry: Registry
  readonly tarballs: ReadonlyArray<Tarball>
  readonly runtimes: ReadonlyArray<Runtime>
  readonly compilers: ReadonlyArray<Tool>
}

export interface Tried {
  readonly name: string
  /** What is wrong, in words. */
  readonly findings: ReadonlyArray<string>
  /** Packages in the tree, with itself. */
  readonly packages: number
  /** Of everything that was installed. */
  readonly installedBytes: number
  /** Milliseconds that loading it, or asking a program for its help, adds to a bare start of Node; of one that is well. */
  readonly loadMillis: number | undefined
}

export const tryAlone = async (bench: Bench, tarball: Tarball): Promise<Tried> => {
  const { compilers, registry, root, runtimes, tarballs } = bench
  const { entries, manifest, name } = tarball
  const setting = settingOf(name)
  const directory = join(bench.directory, name.replace("/", "-"))
  const project = await install(directory, registry, [name])
  const findings = [
    ...checkTree(
      project,
      name,
      tarballs.map((each) => each.name),
    ),
    ...(await checkPublishing(root, tarball)),
  ]
  const figures = {
    name,
    packages: project.installed.length,
    installedBytes: installedBytes(project),
  }

  const commands = Object.keys(manifest.bin ?? {}).map((command) => `node_modules/.bin/${command}`)
  if (setting.nodeTypes && entries.length > 0) await install(directory, registry, [nodeTypes])
  if (entries.length > 0) {
    writePrograms(project, tarball)
    findings.push(
      ...(await checkTypes(project, compilers, setting)),
      ...(await runPrograms(project, runtimes)),
    )
  }
  for (const command of commands) {
    for (const runtime of runtimes) {
      // The one is answered before anything is loaded, the other is not.
      for (const argument of ["--help", "models"]) {
        // oxlint-disable-next-line eslint/no-await-in-loop
        const problem = await tryRun(project, runtime, [command, argument])
        if (problem !== undefined) {
          findings.push(`${command} ${argument} on ${runtime.name}: ${problem}`)
        }
      }
    }
  }
  if (findings.length > 0) return { ...figures, findings, loadMillis: undefined }
  const newest = runtimes.findLast(({ name: runtime }) => runtime.startsWith("node "))
  const start = commands.length > 0 ? [commands[0]!, "--help"] : [`${built}/load.js`]
  const starts = await startUp(project, newest!.command, { bare: ["--eval", ""], start }, 5)
  // What other programs on this machine add is not the package's: the quickest of each is nearest to it.
  const quickest = (program: string) =>
    Math.min(...starts.map((each) => each[program] ?? Number.NaN))
  return { ...figures, findings, loadMillis: quickest("start") - quickest("bare") }
}

/** The types of the oldest Node that is supported. */
const nodeTypes = "@types/node@22"
