/**
 * Measures, as a ratio against a named baseline in one run: `./zoe bench NAME [--rounds N] [--sizes N,N]`.
 * Never part of the tests: machines are noisy, and a figure is not a proof.
 */
import { cpus, release, type } from "node:os"
import { parseArgs } from "node:util"
import { calls } from "./calls/compare.ts"
import { engine } from "./engine/compare.ts"
import { pacing } from "./pacing/compare.ts"
import { polls } from "./polls/compare.ts"
import { server } from "./server/compare.ts"
import { signing } from "./signing/compare.ts"
import { start } from "./start/compare.ts"

type Bench = (rounds: number, sizes: ReadonlyArray<number> | undefined) => Promise<void>

const benches: Readonly<Record<string, Bench>> = {
  signing,
  calls,
  start,
  polls,
  engine,
  pacing,
  server,
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, sizes: { type: "string" } },
})
const rounds = Number(values.rounds)
const sizes = values.sizes?.split(",").map(Number)
const names = positionals.length === 0 ? Object.keys(benches) : positionals
const unknown = names.find((name) => benches[name] === undefined)
if (
  unknown !== undefined ||
  !Number.isInteger(rounds) ||
  rounds < 1 ||
  sizes?.some((size) => !(size > 0))
) {
  console.error(
    `usage: ./zoe bench [${Object.keys(benches).join(" | ")}] [--rounds N] [--sizes N,N]`,
  )
  process.exitCode = 2
} else {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`
  console.log(`Node ${process.versions.node}, ${type()} ${release()}, ${machine}\n`)
  for (const name of names) await benches[name]?.(rounds, sizes)
}
