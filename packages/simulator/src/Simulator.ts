/**
 * A video provider on loopback: one HTTP server that speaks the dialects it is given, accepts tasks,
 * lets them take their simulated time, serves real MP4 files and keeps a ledger of what would be
 * billed. It listens on 127.0.0.1 only, fetches nothing from anywhere, and calls back nobody but
 * programs on this machine.
 */
import { createServer, type Server } from "node:http"
import { type Account, demoAccount } from "./Account.ts"
import { adminAnswer } from "./admin.ts"
import { makeAgenda } from "./Agenda.ts"
import { makeCallbacks } from "./Callbacks.ts"
import { type Clock, makeClock } from "./Clock.ts"
import type { Dialect, FoundInput, World } from "./Dialect.ts"
import { makeDispatch, type RequestLog } from "./dispatch.ts"
import { type Faults, makeFaults } from "./Faults.ts"
import { filmName, makeFilms } from "./Films.ts"
import { type Inputs, inputName, inputPath, makeInputs } from "./Inputs.ts"
import { type Ledger, ledgerOf, makeRefusals } from "./Ledger.ts"
import { makeLinks } from "./Links.ts"
import { makeRenderer, type Renderer } from "./media/Renderer.ts"
import { samples } from "./media/samples.ts"
import { settle } from "./settings.ts"
import type { Pace, Task } from "./Task.ts"
import { type Limits, makeTasks, type TaskRecord } from "./Tasks.ts"

export interface SimulatorOptions {
  /** The providers that it speaks as, from `@zoetrope/volc-cv/simulator` and its like. */
  readonly dialects: ReadonlyArray<Dialect>
  /** Default: one that is free. */
  readonly port?: number
  /** Default: `demoAccount` alone. */
  readonly accounts?: ReadonlyArray<Account>
  /** Simulated seconds per real second; default 1. */
  readonly speed?: number
  /** How far the gateway's clock is ahead of the real time, in seconds; default 0. */
  readonly skewSeconds?: number
  /** How long tasks take, by model key, or `*` for every model; default as the dialect says. */
  readonly pace?: Readonly<Record<string, Partial<Pace>>>
  /** What each account may do, by model key, or `*`; default as the dialect says. */
  readonly limits?: Readonly<Record<string, Limits>>
  /** Faults on order from the start, in the words of `faultGrammar`. */
  readonly faults?: ReadonlyArray<string>
  /** Simulated seconds for which a task can be asked for; default as the dialect says. */
  readonly retentionSeconds?: number
  /** Simulated seconds for which a result link lives; default as the dialect says. */
  readonly linkSeconds?: number
  /** Makes the files; default one of its own, closed with the simulator. One given is left open. */
  readonly renderer?: Pick<Renderer, "render">
  /** Is told of every request when it has been answered. Entries hold no secrets. */
  readonly log?: (entry: RequestLog) => void
  /** Requests with a longer body get 413; default 24 MiB. */
  readonly maxBodyBytes?: number
  /** Tasks accepted at all, since each stays in the ledger; default 250,000. */
  readonly maxTasks?: number
  /** Real milliseconds in which a client must have sent its whole request; default 30,000. */
  readonly requestTimeoutMilliseconds?: number
}

export interface Simulator {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly accounts: ReadonlyArray<Account>
  /** What was accepted, refused and billed until now. */
  readonly ledger: () => Ledger
  readonly faults: Pick<Faults, "add" | "list" | "clear">
  readonly clock: Pick<Clock, "now" | "advance" | "speed">
  readonly inputs: {
    /** Serves a file under `/inputs/NAME` and returns its address. */
    readonly add: (name: string, bytes: Uint8Array, mediaType: string) => string
    /** Those that were added, and the samples that are there from the start. */
    readonly list: () => ReadonlyArray<{ readonly name: string; readonly url: string }>
  }
  /** Resolves when no file is being made and no callback is on its way: only simulated time is left to wait for. */
  readonly settled: () => Promise<void>
  /** Closes every connection and ends the workers. */
  readonly close: () => Promise<void>
}

/** Starts a simulator; rejects with `InvalidInput` for options that cannot be. */
export const makeSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const settings = settle(options)
  const accounts = options.accounts ?? [demoAccount]
  const clock = makeClock({ speed: options.speed, skewSeconds: options.skewSeconds })
  const faults = makeFaults(clock, settings.models)
  faults.add(...(options.faults ?? []))
  const inputs = makeInputs()
  for (const sample of samples()) inputs.add(sample.name, sample.bytes, sample.mediaType)

  const server = createServer({
    headersTimeout: settings.requestTimeout,
    requestTimeout: settings.requestTimeout,
    connectionsCheckingInterval: Math.min(1000, settings.requestTimeout),
    // Longer than clients pause between polls: a pooled connection that dies under a request would
    // look like a fault that nobody ordered.
    keepAliveTimeout: 65_000,
  })
  const url = await listen(server, options.port ?? 0)
  const ownRenderer = options.renderer === undefined ? makeRenderer() : undefined
  const films = makeFilms(options.renderer ?? ownRenderer!, MAX_FILM_BYTES)
  const agenda = makeAgenda(clock)
  const tasks = makeTasks({ agenda, clock, films, ...settings })
  const callbacks = makeCallbacks({ agenda, clock, faults })
  const links = makeLinks({ clock, base: url })
  const refusals = makeRefusals()

  const worldOf = (dialect: Dialect): World => ({
    clock,
    accounts,
    input: (address) => findInput(inputs, url, address),
    tooFast: tasks.tooFast,
    tooMany: tasks.tooMany,
    accept: (order) => tasks.accept(dialect.name, order),
    task: (id) => {
      const task = tasks.find(id)
      return task?.provider === dialect.name ? task : undefined
    },
    acceptedBefore: tasks.acceptedBefore,
    cancel: (task, code) => recordOf(task).cancel(code),
    callBack: (task, callback) => callbacks.send(recordOf(task), callback),
    link: (task, { file = filmName, seconds = dialect.linkSeconds } = {}) =>
      links.make({
        taskId: task.id,
        file,
        lifeSeconds: options.linkSeconds ?? seconds,
        form: dialect.linkForm ?? "x-expires",
      }),
  })
  const recordOf = (task: Task): TaskRecord => {
    const record = tasks.find(task.id)
    if (record === undefined) throw new Error(`task ${task.id} was never accepted`)
    return record
  }

  const simulator: Simulator = {
    url,
    accounts,
    ledger: () => ledgerOf(tasks.all(), refusals),
    faults,
    clock: {
      now: clock.now,
      speed: clock.speed,
      advance: (seconds) => {
        clock.advance(seconds)
        agenda.run()
      },
    },
    inputs: {
      add: (name, bytes, mediaType) => url + inputs.add(name, bytes, mediaType),
      list: () => inputs.list().map(({ name }) => ({ name, url: url + inputPath(name) })),
    },
    settled: async () => {
      await tasks.settled()
      // What was made ends tasks, and the end of one begins another and is told to customers.
      agenda.run()
      await callbacks.settled()
    },
    close: async () => {
      agenda.close()
      callbacks.close()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
      await ownRenderer?.close()
    },
  }
  server.on(
    "request",
    makeDispatch({
      services: options.dialects.map((dialect) => dialect.open(worldOf(dialect))),
      admin: (request) => adminAnswer(simulator, request),
      clock,
      faults,
      films,
      inputs,
      links,
      refusals,
      tasks,
      maxBodyBytes: settings.maxBodyBytes,
      log: options.log ?? (() => undefined),
    }),
  )
  return simulator
}

const MAX_FILM_BYTES = 512 * 1024 * 1024

const listen = (server: Server, port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject)
      const address = server.address()
      if (address === null || typeof address === "string") reject(new Error("no address"))
      else resolve(`http://127.0.0.1:${address.port}`)
    })
  })

const findInput = (inputs: Inputs, url: string, address: string): FoundInput => {
  const own = new URL(url)
  const asked = URL.canParse(address) ? new URL(address) : undefined
  if (asked?.protocol !== own.protocol || asked.host !== own.host) return { _tag: "Foreign" }
  const name = inputName(asked.pathname)
  const input = name === undefined ? undefined : inputs.get(name)
  return input === undefined ? { _tag: "Missing" } : { _tag: "Own", input }
}
