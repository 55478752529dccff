#!/usr/bin/env node
/** The `zoetrope` command. The one place of this program that names provider packages. */
import * as Module from "node:module"
import { answer } from "./help/Manual.ts"
import { screenOf } from "./terminal/Screen.ts"
import type { Vendor } from "./Vendor.ts"

const argv = process.argv.slice(2)
const known = answer(argv, process.env, screenOf(process.stdout))
if (known === undefined) await start()
else {
  // Whoever reads it may have enough of it.
  process.stdout.on("error", () => {})
  process.stdout.write(`${known}\n`)
}

/** Everything else is imported in here, so that its compiled form is kept for the next start. */
async function start(): Promise<void> {
  // Deno keeps what it has compiled by itself, and has no such function.
  const { enableCompileCache }: Partial<typeof Module> = Module
  enableCompileCache?.()
  const VolcCv = await import("@zoetrope/volc-cv/plugin")
  const Vidu = await import("@zoetrope/vidu/plugin")
  const { run } = await import("./Cli.ts")
  const { runMain } = await import("./Interrupts.ts")
  const { guardStreams } = await import("./terminal/Output.ts")

  const volcCv: Vendor = {
    ...VolcCv.plugin,
    codes: async () => {
      const Codes = await import("@zoetrope/volc-cv/Codes")
      return [Codes.general, Codes.gateway, Codes.jimengVideo, Codes.jimengFamily, Codes.lipSync]
    },
    simulation: {
      dialect: async () => (await import("@zoetrope/volc-cv/simulator")).dialect,
      variables: (account, url) => ({
        VOLC_ACCESS_KEY_ID: account.id,
        VOLC_SECRET_ACCESS_KEY: account.secret,
        VOLC_BASE_URL: url,
      }),
      demo: {
        faults: [
          "submit:code=50429:model=realman_change_lips",
          "poll:lost-answer:skip=2:model=jimeng_dream_actor_m1_gen_video_cv",
          "poll:503:n=2:skip=1:model=realman_avatar_imitator_v2v_gen_video",
          "download:truncate@0.5:model=realman_change_lips_basic_chimera",
        ],
        inputs: {
          // The words in brackets make the simulator's content review stop the first of these tasks.
          "volc-cv/jimeng-video-3.0-pro": { prompt: "The drum begins to turn [[50511 once]]" },
        },
      },
    },
  }

  const vidu: Vendor = {
    ...Vidu.plugin,
    codes: async () => [(await import("@zoetrope/vidu/Codes")).published],
    simulation: {
      dialect: async () => (await import("@zoetrope/vidu/simulator")).dialect,
      variables: (account, url) => ({ VIDU_API_KEY: account.secret, VIDU_BASE_URL: url }),
      demo: {
        // The one answer that names a paid task never arrives: the task is found again by its mark.
        faults: ["submit:lost-answer:model=viduq3-turbo"],
        inputs: {
          "vidu/img2video": { prompt: "The drum turns, and the horses begin to run" },
        },
      },
    },
  }

  guardStreams()
  runMain(run([volcCv, vidu], argv))
}
