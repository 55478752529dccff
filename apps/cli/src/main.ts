#!/usr/bin/env node
/** The `zoetrope` command. The one place of this program that names provider packages. */
import { Models, Provider } from "@zoetrope/volc-cv"
import { run } from "./Cli.ts"
import { runMain } from "./Interrupts.ts"
import { guardStreams } from "./Output.ts"
import type { Vendor } from "./Vendor.ts"

const volcCv: Vendor = {
  id: Provider.id,
  title: "Volcengine cv",
  models: Models.all,
  variables: {
    credentials: ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
    others: ["VOLC_AK", "VOLC_SK", "VOLC_SESSION_TOKEN"],
    baseUrl: "VOLC_BASE_URL",
  },
  open: (account) => Provider.fromConfig({ account }),
  dialect: async () => (await import("@zoetrope/volc-cv/simulator")).dialect,
}

guardStreams()
runMain(run([volcCv], process.argv.slice(2)))
