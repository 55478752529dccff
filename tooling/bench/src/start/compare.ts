/**
 * How long a program waits for us before it does anything: each package imported, and short commands of
 * the command line, as they are installed from npm and not as they lie here, beside a start of Node that
 * does nothing. The commands once more without what Node keeps of the last start.
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
    const imports = importsOf(tarballs)
    report(await startUp(project, process.execPath, { ...bare, ...imports, ...commands }, starts))
    console.log("\nwithout Node's compile cache, as the first start of all\n")
    process.env["NODE_DISABLE_COMPILE_CACHE"] = "1"
    report(await startUp(project, process.execPath, { ...bare, ...commands }, starts))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

type Programs = Readonly<Record<string, ReadonlyArray<string>>>

const bare: Programs = { node: ["--eval", ""] }

const importsOf = (tarballs: ReadonlyArray<Tarball>): Programs =>
  Object.fromEntries(
    ["effect", ...tarballs.flatMap(({ entries }) => entries.filter(isMain))].map((entry) => [
      entry,
      ["--input-type=module", "--eval", `import "${entry}"`],
    ]),
  )

/** A data directory that is not there is nobody's own. */
const commands: Programs = Object.fromEntries(
  ["--help", "--version", "models", "list --data-dir none"].map((command) => [
    `zoetrope ${command}`,
    ["node_modules/.bin/zoetrope", ...command.split(" ")],
  ]),
)

const report = (measured: ReadonlyArray<Readonly<Record<string, number>>>): void => {
  console.log(`${"".padEnd(30)}${"ms".padStart(8)}${"to bare".padStart(9)}`)
  for (const name of Object.keys(measured[0] ?? {})) {
    const millis = median(measured.map((each) => each[name] ?? Number.NaN))
    const ratio = median(measured.map((each) => (each[name] ?? Number.NaN) / (each["node"] ?? 1)))
    console.log(`${name.padEnd(30)}${millis.toFixed(0).padStart(8)}${ratio.toFixed(2).padStart(9)}`)
  }
}

/** A package's own name, and the half of @zoetrope/node that is there for programs without Effect. */
const isMain = (entry: string): boolean =>
  entry.split("/").length === 2 || entry === "@zoetrope/node/promises"

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
