/** The server that is asked, in a process of its own, so that what it leaves behind can be counted. */
import * as Transport from "@zoetrope/node/Transport"
import { Keys, start } from "@zoetrope/server"
import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { ConfigProvider, Effect, Logger, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { settingsFromEnvironment } from "./settings.ts"

const { directory, provider } = settingsFromEnvironment()

const loud = new Set(["Error", "Fatal"])
const complaints: Array<string> = []
const log = Logger.make((entry) => {
  if (loud.has(entry.logLevel)) complaints.push(Logger.formatLogFmt.log(entry))
})

const accounts = ConfigProvider.fromEnvRecord({
  VIDU_API_KEY: provider.secret,
  VIDU_BASE_URL: provider.url,
  VOLC_ACCESS_KEY_ID: provider.id,
  VOLC_SECRET_ACCESS_KEY: provider.secret,
  VOLC_BASE_URL: provider.url,
})

const serve = Effect.gen(function* () {
  const http = yield* Transport.make()
  const providers = yield* Effect.forEach([Vidu.plugin, VolcCv.plugin], ({ open }) =>
    open("default"),
  ).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, accounts),
    Effect.provideService(HttpClient.HttpClient, http),
  )
  const admin = yield* Keys.make(directory, { scope: "admin" })
  const other = yield* Keys.make(directory, { scope: "read" })
  const { url } = yield* start({
    providers,
    dataDir: directory,
    port: 0,
    allow: { loopback: true },
    rate: { perSecond: 1e6, burst: 1e6 },
    bounds: { head: 1_000, request: 3_000 },
  })
  process.send?.({
    url,
    keys: { admin: Redacted.value(admin.secret), other: Redacted.value(other.secret) },
  })
  yield* Effect.never
})

const filesIn = (folder: string): ReadonlyArray<string> => {
  try {
    return readdirSync(join(directory, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
  } catch {
    return []
  }
}

process.on("message", () => {
  globalThis.gc?.()
  const resources = process.getActiveResourcesInfo()
  process.send?.({
    heapMegabytes: process.memoryUsage().heapUsed / 1024 ** 2,
    sockets: resources.filter((name) => name === "TCPSocketWrap").length,
    openFiles: resources.filter((name) => name === "FSReqPromise" || name === "FSReqCallback")
      .length,
    inputs: filesIn("inputs"),
    incoming: filesIn("incoming"),
    complaints: complaints.splice(0),
  })
})

// Whoever started it is gone.
process.on("disconnect", () => process.exit())

Effect.runFork(
  Effect.scoped(serve).pipe(
    Effect.provide(Logger.layer([log])),
    Effect.tapCause((cause) => Effect.sync(() => console.error(cause))),
  ),
)
