/** `zoetrope simulate`: the providers on this machine, for trying things out and for other programs' tests. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { between, common } from "../input/Flags.ts"
import { json, keep, marked, note, type Style, styleFor } from "../terminal/Output.ts"
import { settle } from "../Settle.ts"
import { pad } from "../terminal/Text.ts"
import { isSimulated, type Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

/** Of calls per second, and of tasks: as good as none. */
const most = 1_000_000

export const simulate = (all: ReadonlyArray<Vendor>, words: Words) => {
  const vendors = all.filter(isSimulated)
  return Command.make(
    "simulate",
    {
      port: Flag.Int("port").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.simulate.port),
        (flag) => between(flag, 0, 65_535),
        Flag.withDefault(0),
      ),
      speed: Flag.Finite("speed").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.simulate.speed),
        Flag.withDefault(10),
      ),
      fault: Flag.String("fault").pipe(
        Flag.withMetavar("SPEC"),
        Flag.withDescription(words.help.simulate.fault),
        Flag.atLeast(0),
      ),
      faults: Flag.Boolean("faults").pipe(
        Flag.withDescription(words.help.simulate.faults),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      qps: Flag.Finite("qps").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.simulate.qps),
        (flag) => between(flag, 1, most),
        Flag.optional,
      ),
      inFlight: Flag.Int("in-flight").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.simulate.inFlight),
        (flag) => between(flag, 1, most),
        Flag.optional,
      ),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          // Loads the renderer, which no other command needs.
          const { faultGrammar, InvalidInput, makeSimulator } = yield* Effect.promise(
            () => import("@zoetrope/simulator"),
          )
          if (options.faults) return { text: faultGrammar }
          const dialects = yield* Effect.promise(() =>
            Promise.all(vendors.map(({ simulation }) => simulation.dialect())),
          )
          const simulator = yield* Effect.acquireRelease(
            Effect.tryPromise({
              try: () =>
                makeSimulator({
                  dialects,
                  port: options.port,
                  speed: options.speed,
                  faults: options.fault,
                  limits: {
                    "*": {
                      ...(Option.isSome(options.qps) ? { callsPerSecond: options.qps.value } : {}),
                      ...(Option.isSome(options.inFlight)
                        ? { inFlight: options.inFlight.value }
                        : {}),
                    },
                  },
                }),
              catch: (cause) =>
                new BadInput({
                  say: ({ packages, refusals: { simulator: told } }) => {
                    if (cause instanceof InvalidInput) return packages.sentence(cause.message)
                    return isPortInUse(cause)
                      ? told.portInUse(options.port)
                      : told.notStarted(cause instanceof Error ? cause.message : "")
                  },
                }),
            }),
            (running) => Effect.promise(() => running.close()),
          )
          const account = simulator.accounts[0]!
          const ready = {
            url: simulator.url,
            environment: Object.assign(
              {},
              ...vendors.map(({ simulation }) => simulation.variables(account, simulator.url)),
            ) as Readonly<Record<string, string>>,
            ledger: `${simulator.url}/_simulator/ledger`,
            faults: `${simulator.url}/_simulator/faults`,
            inputs: simulator.inputs.list(),
          }
          const style = yield* styleFor(process.stderr)
          const lines = options.json ? json(ready) : exports(ready.environment)
          yield* Effect.promise(() => keep(lines, style.words))
          if (!options.json) note(readyText(ready, style))
          return yield* Effect.never.pipe(
            Effect.onInterrupt(() => Effect.sync(() => note(farewell(simulator.ledger(), style)))),
          )
        }).pipe(Effect.scoped),
      ),
  ).pipe(
    Command.withDescription(words.help.simulate.description),
    Command.withShortDescription(words.help.simulate.short),
    Command.withExamples([
      { command: "zoetrope simulate --port 8787" },
      {
        command: "zoetrope simulate --fault submit:lost-answer --fault poll:503:n=3",
        description: words.help.simulate.faultExample,
      },
      { command: "zoetrope simulate --faults", description: words.help.simulate.faultsExample },
    ]),
  )
}

const isPortInUse = (cause: unknown): boolean =>
  cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE"

/** The lines for another shell; on stdout, so that they can be sourced. The key opens nothing but simulators. */
const exports = (environment: Readonly<Record<string, string>>): string =>
  Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join("\n")

const readyText = (
  ready: {
    readonly ledger: string
    readonly faults: string
    readonly inputs: ReadonlyArray<{ readonly url: string }>
  },
  { columns, paint, words: { simulate: told } }: Style,
): string =>
  [
    "",
    marked(paint("green", "✓"), told.running, columns),
    `  ${pad(told.ledger, 7)}  ${ready.ledger}`,
    `  ${pad(told.faults, 7)}  ${ready.faults}`,
    ...ready.inputs.map(({ url }, index) => `  ${pad(index === 0 ? told.inputs : "", 7)}  ${url}`),
    `  ${told.ends}`,
  ].join("\n")

const farewell = (
  ledger: {
    readonly totals: {
      readonly accepted: number
      readonly billedSeconds: number
      readonly polls: number
    }
  },
  { columns, paint, words }: Style,
): string =>
  marked(
    paint("dim", "·"),
    words.simulate.ended(ledger.totals.accepted, ledger.totals.polls, ledger.totals.billedSeconds),
    columns,
  )
