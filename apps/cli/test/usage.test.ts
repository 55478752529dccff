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

it.each<readonly [args: ReadonlyArray<string>, ...words: ReadonlyArray<string>]>([
  [["models", pro], `zoetrope models show ${pro}`],
  [["doctor", "--server", "http://h"], "doctor is about this machine", "where the server runs"],
  [["credits", "--server", "http://h"], "credits is about this machine", "where the server runs"],
  [["generate", pro, "--prompt", "a", "--prompt", "b"], "--prompt is given more than once"],
  [
    ["generate", pro, "--prompt", "a", "--detach", "--out", "a.mp4"],
    "--out and --detach exclude each other",
    "Nothing was sent and nothing was paid",
  ],
  [["generate", pro, "--n", "two"], 'flag --n: "two". Expected a number'],
  [["simulate", "--port", "99999"], "flag --port", "Expected 0 to 65535"],
  [["simulate", "--qps", "0"], "flag --qps", "Expected 1 to"],
  [["wait"], "nothing was ever recorded", "name another one with --data-dir"],
  [["settle", "k3x9"], "one of --again", "zoetrope settle --help"],
])("%j", async (args, ...words) => {
  expect(await zoetrope(...args)).toBe(2)
  for (const text of words) expect(unwrapped(said.stderr)).toContain(text)
  expect(said.stdout).toBe("")
})

it("a port that another program has", async () => {
  await using other = createServer()
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  const { port } = other.address() as { port: number }
  expect(await zoetrope("simulate", "--port", String(port))).toBe(2)
  expect(unwrapped(said.stderr)).toContain(`port ${port} is in use: end the program that has it`)
})
