/**
 * Measures, as a ratio against a named baseline in one run: `./zoe bench NAME [--rounds N]`.
 * Never part of the tests: machines are noisy, and a figure is not a proof.
 */
import { cpus, release, type } from "node:os"
import { parseArgs } from "node:util"
import { polls } from "./polls/compare.ts"

const benches: Readonly<Record<string, (rounds: number) => Promise<void>>> = { polls }

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" } },
})
const rounds = Number(values.rounds)
const names = positionals.length === 0 ? Object.keys(benches) : positionals
const unknown = names.find((name) => benches[name] === undefined)
if (unknown !== undefined || !Number.isInteger(rounds) || rounds < 1) {
  console.error(`usage: ./zoe bench [${Object.keys(benches).join(" | ")}] [--rounds N]`)
  process.exitCode = 2
} else {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`
  console.log(`Node ${process.versions.node}, ${type()} ${release()}, ${machine}\n`)
  for (const name of names) await benches[name]?.(rounds)
}
