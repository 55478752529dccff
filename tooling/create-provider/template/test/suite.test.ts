/**
 * What every provider must show, asked of this one. The tables are the documents', typed off by hand and
 * not from `src/`: two readings test each other.
 *
 * UNFINISHED: every documented code at a submit and at a poll, with what must be done about it; every
 * documented state; inputs that the document rules out; `cancel`, `find`, `credits` and `callbacks`,
 * where the provider has them.
 */
import { ProviderSuite } from "@zoetrope/provider-kit"
import { dialect } from "../simulator/index.ts"
import { plugin } from "../src/plugin.ts"
import { make } from "./make.ts"

const model = "placeholder-name/model-1"

ProviderSuite.run("placeholder-name", {
  dialect,
  make,
  module: new URL("./make.ts", import.meta.url),
  starts: [{ model, input: () => ({ prompt: "A red kite over a quiet harbour" }) }],
  badInputs: [],
  codes: [],
  states: [],
  unknown: { code: "whatever", state: "dreaming" },
  plugin: {
    plugin,
    variables: ({ secret }, url) => ({
      PLACEHOLDER_NAME_API_KEY: secret,
      PLACEHOLDER_NAME_BASE_URL: url,
    }),
  },
})
