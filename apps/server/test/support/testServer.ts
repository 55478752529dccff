/** A whole server in this process, on a free port, whose vendors are a simulator; and a fetch that checks every answer. */
import { makeSimulator, type Simulator, type SimulatorOptions } from "@zoetrope/simulator"
import { dialect as viduDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCvDialect } from "@zoetrope/volc-cv/simulator"
import { Effect, Exit, Logger, Scope } from "effect"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { type Options, start } from "../../src/index.ts"
import { type Ask, checkedFetch } from "./checkedFetch.ts"
import { providersOf } from "./providersOf.ts"

export interface TestServer {
  readonly url: string
  readonly dataDir: string
  readonly simulator: Simulator
  /** `fetch` of a path, whose answer is held against the OpenAPI document. */
  readonly ask: Ask
  /** What was logged so far. */
  readonly logged: () => string
  /** As SIGTERM does. */
  readonly stop: () => Promise<void>
}

/** Of the whole file: hooks of one test do not work where tests run concurrently. */
const cleanups: Array<() => Promise<unknown>> = []
afterAll(async () => {
  // The last first: servers before their simulators and directories.
  for (const cleanup of cleanups.toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await cleanup()
  }
})

export const temporaryDirectory = async (): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "zoetrope-server-"))
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  return directory
}

const asset = (name: string) =>
  readFileSync(new URL(`../assets/${name}`, import.meta.resolve("@zoetrope/simulator")))

export const picture = asset("sample.jpg")

/** A real MP4 that costs no rendering. */
const bytes = asset("sample.mp4")
export const film = {
  bytes,
  width: 640,
  height: 360,
  seconds: 3,
  md5: createHash("md5").update(bytes).digest("hex"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
}

/** The simulator's sample picture, as vendors fetch it. */
export const pictureUrl = (simulator: Simulator): string =>
  simulator.inputs.list().find(({ name }) => name === "sample.jpg")?.url ?? ""

export const simulate = async (
  options: Omit<SimulatorOptions, "dialects"> = {},
): Promise<Simulator> => {
  const simulator = await makeSimulator({
    dialects: [volcCvDialect, viduDialect],
    speed: 500,
    renderer: { render: () => Promise.resolve(film) },
    ...options,
  })
  cleanups.push(() => simulator.close())
  return simulator
}

export const testServer = async (
  options: Partial<Omit<Options, "providers">> & {
    readonly simulator?: Simulator
  } = {},
): Promise<TestServer> => {
  const simulator = options.simulator ?? (await simulate())
  const dataDir = options.dataDir ?? (await temporaryDirectory())
  const scope = await Effect.runPromise(Scope.make())
  const lines: Array<string> = []
  const logger = Logger.make((entry) => void lines.push(Logger.formatLogFmt.log(entry)))
  const { url } = await Effect.gen(function* () {
    return yield* start({
      port: 0,
      allow: { loopback: true },
      ...options,
      providers: yield* providersOf(simulator),
      dataDir,
    })
  }).pipe(Scope.provide(scope), Effect.provide(Logger.layer([logger])), Effect.runPromise)
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= Effect.runPromise(Scope.close(scope, Exit.void)))
  cleanups.push(stop)
  return { url, dataDir, simulator, ask: checkedFetch(url), logged: () => lines.join("\n"), stop }
}
