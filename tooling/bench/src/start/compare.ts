/**
 * How long a program waits for us before it does anything: each package imported, and the command line
 * asked for its help, as they are installed from npm and not as they lie here, beside a start of Node
 * that does nothing.
 */
import { install } from "@zoetrope/test-packages/Project"
import { serve } from "@zoetrope/test-packages/Registry"
import { startUp } from "@zoetrope/test-packages/startUp"
import { packAll, type Tarball } from "@zoetrope/test-packages/Tarball"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "../../../..")

export const start = async (rounds: number): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), "zoetrope-start-"))
  try {
    const tarballs = await packAll(root, directory)
    await using registry = await serve(tarballs)
    const names = tarballs.map(({ name }) => name)
    const project = await install(join(directory, "project"), registry, names)
    const starts = rounds * 3
    console.log(
      `start: a process each, in turns; medians of ${starts} starts, and of their ratios to a bare start of Node\n`,
    )
    const measured = await startUp(project, process.execPath, programsOf(tarballs), starts)
    console.log(`${"".padEnd(30)}${"ms".padStart(8)}${"to bare".padStart(9)}`)
    for (const name of Object.keys(measured[0] ?? {})) {
      const millis = median(measured.map((each) => each[name] ?? Number.NaN))
      const ratio = median(measured.map((each) => (each[name] ?? Number.NaN) / (each[bare] ?? 1)))
      console.log(
        `${name.padEnd(30)}${millis.toFixed(0).padStart(8)}${ratio.toFixed(2).padStart(9)}`,
      )
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const bare = "node"

const programsOf = (
  tarballs: ReadonlyArray<Tarball>,
): Readonly<Record<string, ReadonlyArray<string>>> => {
  const imported = ["effect", ...tarballs.flatMap(({ entries }) => entries.filter(isMain))]
  const commands = tarballs.flatMap(({ manifest }) => Object.keys(manifest.bin ?? {}))
  return {
    [bare]: ["--eval", ""],
    ...Object.fromEntries(
      imported.map((entry) => [entry, ["--input-type=module", "--eval", `import "${entry}"`]]),
    ),
    ...Object.fromEntries(
      commands.map((command) => [`${command} --help`, [`node_modules/.bin/${command}`, "--help"]]),
    ),
  }
}

/** A package's own name, and the half of @zoetrope/node that is there for programs without Effect. */
const isMain = (entry: string): boolean =>
  entry.split("/").length === 2 || entry === "@zoetrope/node/promises"

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
