/** Acme as it describes itself to the suite. */
import type { PluginSubject, Subject } from "@zoetrope/provider-kit"
import { dialect } from "./dialect.ts"
import { make, plugin } from "./provider.ts"

const prompt = () => ({ prompt: "a red kite" })

export const acmePlugin: PluginSubject = {
  plugin,
  variables: ({ secret }, url) => ({ ACME_KEY: secret, ACME_URL: url }),
}

export const subject: Subject = {
  dialect,
  make,
  module: new URL("./provider.ts", import.meta.url),
  starts: [
    { model: "acme/film-1", input: prompt },
    { model: "acme/sketch", input: prompt },
  ],
  badInputs: [
    { model: "acme/film-1", input: {}, path: "/prompt" },
    { model: "acme/film-1", input: { prompt: "" }, path: "/prompt" },
    { model: "acme/sketch", input: { prompt: "x".repeat(41) }, path: "/prompt" },
  ],
  codes: [
    { at: "submit", code: "TooFast", verdict: "repeat", reason: "RateLimited" },
    { at: "submit", code: "TooManyTasks", verdict: "repeat", reason: "ConcurrencyLimited" },
    { at: "submit", code: "Broken", verdict: "repeat" },
    { at: "submit", code: "BadRequest", verdict: "stop" },
    { at: "submit", code: "BadKey", verdict: "stop", reason: "Unauthorized" },
    { at: "submit", code: "Unavailable", verdict: "ask" },
    { at: "poll", code: "TooFast", verdict: "wait" },
    { at: "poll", code: "Broken", verdict: "wait" },
    { at: "poll", code: "BadRequest", verdict: "stop" },
    { at: "poll", code: "BadKey", verdict: "wait" },
    { at: "poll", code: "NotHere", state: "NotFound" },
    { at: "poll", code: "FilmSpoilt", state: "Failed", verdict: "remake" },
    { at: "poll", code: "FilmBlocked", state: "Failed", verdict: "stop" },
  ],
  states: [
    { wire: "waiting", state: "Queued" },
    { wire: "working", state: "Running" },
    { wire: "cancelled", state: "Cancelled" },
  ],
  unknown: { code: "Whatever", state: "dreaming" },
  plugin: acmePlugin,
  cancel: { model: "acme/film-1", input: prompt },
  find: { model: "acme/film-1", input: prompt },
  credits: true,
  callbacks: true,
}
