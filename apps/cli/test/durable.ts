/** The command in this process, against a real simulator: the real providers, a data directory, no child. */
import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { afterEach } from "vitest"
import { inProcess, said } from "./inProcess.ts"
import { type Ended, enter, expectClean, secretsOf, simulated } from "./support.ts"

export const pro = "volc-cv/jimeng-video-3.0-pro"
export const proKey = "jimeng_ti2v_v30_pro"
export const vidu = "vidu/img2video"

/** Call once in a file. */
export const durable = () => {
  const home = process.cwd()
  const run = inProcess([VolcCv.plugin, Vidu.plugin])
  let secrets: ReadonlyArray<string> = []
  afterEach(() => process.chdir(home))
  return {
    /** Starts a simulator and moves this process to a place that knows its accounts. */
    simulate: async (options?: Parameters<typeof simulated>[0]) => {
      const { simulator, ...place } = await simulated(options)
      enter(place)
      secrets = secretsOf(place)
      return { simulator, place }
    },
    /** Whatever it says is looked through for secrets. */
    zoetrope: async (...args: ReadonlyArray<string>): Promise<Ended> => {
      said.stdout = ""
      said.stderr = ""
      const code = await run(...args)
      expectClean(said, secrets)
      return { code, ...said }
    },
  }
}

/** The objects of an output that is one a line. */
export const jsonLines = (text: string): ReadonlyArray<Record<string, unknown>> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>)
