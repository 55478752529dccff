/** What somebody gets who types something wrong: what it is, in plain words, and what to type in its place. */
import { plugin as vidu } from "@zoetrope/vidu/plugin"
import { plugin as volcCv } from "@zoetrope/volc-cv/plugin"
import { createServer } from "node:net"
import { expect, it } from "vitest"
import { inProcess, said } from "./inProcess.ts"
import { unwrapped } from "./support.ts"

const simulation = {
  dialect: async () => (await import("@zoetrope/vidu/simulator")).dialect,
  variables: () => ({}),
  demo: { faults: [], inputs: {} },
}
const zoetrope = inProcess([volcCv, { ...vidu, simulation }])
const pro = "volc-cv/jimeng-video-3.0-pro"

interface Mistake {
  readonly args: ReadonlyArray<string>
  readonly told: ReadonlyArray<string>
}

it.each<Mistake>([
  { args: ["models", pro], told: [`zoetrope models show ${pro}`] },
  {
    args: ["doctor", "--server", "http://h"],
    told: ["doctor is about this machine", "where the server runs"],
  },
  {
    args: ["credits", "--server", "http://h"],
    told: ["credits is about this machine", "where the server runs"],
  },
  {
    args: ["generate", pro, "--prompt", "a", "--prompt", "b"],
    told: ["--prompt is given more than once"],
  },
  {
    args: ["generate", pro, "--prompt", "a", "--detach", "--out", "a.mp4"],
    told: ["--out and --detach exclude each other", "Nothing was sent and nothing was paid"],
  },
  {
    args: ["generate", pro, "--prompt", "a", "--idempotency-key", ""],
    told: ["Missing value for flag --idempotency-key. Expected a text that is not empty"],
  },
  { args: ["list", "--data-dir", ""], told: ["Missing value for flag --data-dir"] },
  { args: ["backup", " "], told: ["argument <DIR>", "Expected a text that is not empty"] },
  { args: ["generate", pro, "--n", "two"], told: ['flag --n: "two". Expected a number'] },
  { args: ["simulate", "--port", "99999"], told: ["flag --port", "Expected 0 to 65535"] },
  { args: ["simulate", "--qps", "0"], told: ["flag --qps", "Expected 1 to"] },
  { args: ["wait"], told: ["nothing was ever recorded", "name another one with --data-dir"] },
  { args: ["settle", "k3x9"], told: ["one of --again", "zoetrope settle --help"] },
])("$args", async ({ args, told }) => {
  expect(await zoetrope(...args)).toBe(2)
  for (const text of told) expect(unwrapped(said.stderr)).toContain(text)
  expect(said.stdout).toBe("")
})

it("a port that another program has", async () => {
  await using other = createServer()
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  const { port } = other.address() as { port: number }
  expect(await zoetrope("simulate", "--port", String(port))).toBe(2)
  expect(unwrapped(said.stderr)).toContain(`port ${port} is in use: end the program that has it`)
})
