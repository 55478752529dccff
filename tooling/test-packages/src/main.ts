/**
 * The packages as strangers get them: built, packed, installed with npm into empty projects, compiled
 * and run there. A check before a release: it takes minutes, and npm's registry or its cache.
 *
 *   ./zoe test:packages                 all that are public, and the examples with all of them
 *   ./zoe test:packages core examples   only these
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { serve } from "./Registry.ts"
import { packAll } from "./Tarball.ts"
import { compilers, runtimes } from "./Tool.ts"
import { type Tried, tryAlone } from "./tryAlone.ts"
import { tryTogether } from "./tryTogether.ts"

const root = join(import.meta.dirname, "../../..")
const wanted = process.argv
  .slice(2)
  .map((name) => (name === "examples" ? name : `@zoetrope/${name}`))
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name)

const directory = mkdtempSync(join(tmpdir(), "zoetrope-packages-"))
try {
  const tarballs = await packAll(root, directory)
  const known = new Set(["examples", ...tarballs.map(({ name }) => name)])
  const unknown = wanted.filter((name) => !known.has(name))
  if (unknown.length > 0) throw new Error(`not public, or not there: ${unknown.join(", ")}`)
  await using registry = await serve(tarballs)
  const { available, missing } = await runtimes()
  const tools = await compilers()
  console.log(`on ${[...available, ...tools].map(({ name }) => name).join(", ")}`)
  for (const each of missing) console.log(`NOT TRIED on ${each}`)
  const bench = { root, directory, registry, tarballs, runtimes: available, compilers: tools }

  console.log(
    `\n${"installed alone".padEnd(26)}${"packages".padStart(9)}${"MB".padStart(8)}${"load, ms".padStart(10)}`,
  )
  const findings: Array<string> = []
  for (const tarball of tarballs) {
    if (!isWanted(tarball.name)) continue
    // Each takes the machine for itself, or its figures would be its neighbour's.
    // oxlint-disable-next-line eslint/no-await-in-loop
    const tried = await tryAlone(bench, tarball)
    console.log(row(tried))
    findings.push(...tried.findings.map((finding) => `${tarball.name}: ${finding}`))
  }
  if (isWanted("examples")) findings.push(...(await tryTogether(bench)))
  for (const finding of findings) console.log(`\n${finding}`)
  console.log(findings.length === 0 ? "\nall well" : `\n${findings.length} to mend`)
  process.exitCode = findings.length === 0 ? 0 : 1
} finally {
  rmSync(directory, { recursive: true, force: true })
}

function row({ findings, installedBytes, loadMillis, name, packages }: Tried): string {
  const megabytes = (installedBytes / 1e6).toFixed(1)
  const verdict = findings.length === 0 ? "" : `   ${findings.length} to mend`
  return `${name.padEnd(26)}${String(packages).padStart(9)}${megabytes.padStart(8)}${(loadMillis?.toFixed(0) ?? "").padStart(10)}${verdict}`
}
