/** What every provider must show, asked of this one. The tables are the document's, typed off by hand. */
import { ProviderSuite } from "@zoetrope/provider-kit"
import { dialect } from "../simulator/index.ts"
import { plugin } from "../src/plugin.ts"
import { make } from "./make.ts"

const model = "acme/film-1"

ProviderSuite.run("acme", {
  dialect,
  make,
  module: new URL("./make.ts", import.meta.url),
  starts: [{ model, input: () => ({ prompt: "A red kite over a quiet harbour" }) }],
  badInputs: [
    { model, input: {}, path: "/prompt" },
    { model, input: { prompt: "" }, path: "/prompt" },
    { model, input: { prompt: "x".repeat(201) }, path: "/prompt" },
    { model, input: { prompt: "A red kite", seconds: 5 }, path: "/seconds" },
  ],
  codes: [
    { at: "submit", code: "invalid_request", verdict: "stop" },
    { at: "submit", code: "bad_key", verdict: "stop" },
    { at: "submit", code: "not_in_plan", verdict: "stop" },
    { at: "submit", code: "too_fast", verdict: "repeat" },
    { at: "submit", code: "too_many", verdict: "repeat" },
    { at: "submit", code: "internal", verdict: "repeat" },
    { at: "poll", code: "bad_key", verdict: "wait" },
    { at: "poll", code: "not_in_plan", verdict: "wait" },
    { at: "poll", code: "not_found", state: "NotFound" },
    { at: "poll", code: "too_fast", verdict: "wait" },
    { at: "poll", code: "internal", verdict: "wait" },
    { at: "poll", code: "render_failed", state: "Failed", verdict: "remake" },
    { at: "poll", code: "blocked", state: "Failed", verdict: "stop" },
  ],
  states: [{ wire: "working", state: "Running" }],
  unknown: { code: "whatever", state: "dreaming" },
  plugin: {
    plugin,
    variables: ({ secret }, url) => ({ ACME_API_KEY: secret, ACME_BASE_URL: url }),
  },
})
