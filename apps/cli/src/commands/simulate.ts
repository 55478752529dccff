/** `zoetrope simulate`: the providers on this machine, for trying things out and for other programs' tests. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { common } from "../Flags.ts"
import { json, keep, marked, note, type Style, styleOf } from "../Output.ts"
import { settle } from "../Settle.ts"
import { isSimulated, type Vendor } from "../Vendor.ts"

export const simulate = (all: ReadonlyArray<Vendor>) => {
  const vendors = all.filter(isSimulated)
  return Command.make(
    "simulate",
    {
      port: Flag.Int("port").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("Port on 127.0.0.1. Default: one that is free"),
        Flag.withDefault(0),
      ),
      speed: Flag.Finite("speed").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("Simulated seconds per real second. Default: 10"),
        Flag.withDefault(10),
      ),
      fault: Flag.String("fault").pipe(
        Flag.withMetavar("SPEC"),
        Flag.withDescription(
          "A fault on order, such as poll:503:n=3 or submit:lost-answer; may be repeated. The grammar: zoetrope simulate --faults",
        ),
        Flag.atLeast(0),
      ),
      faults: Flag.Boolean("faults").pipe(
        Flag.withDescription("Print the grammar of faults and exit"),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      qps: Flag.Finite("qps").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("Calls per second allowed for each model. Default: as the provider"),
        Flag.optional,
      ),
      inFlight: Flag.Int("in-flight").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("Tasks in flight allowed for each model. Default: as the provider"),
        Flag.optional,
      ),
      json: common.json,
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
                  message:
                    cause instanceof InvalidInput
                      ? cause.message
                      : `the simulator could not start: ${cause instanceof Error ? cause.message : ""}`,
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
          const style = styleOf(process.stderr)
          yield* Effect.promise(() => keep(options.json ? json(ready) : exports(ready.environment)))
          if (!options.json) note(readyText(ready, style))
          return yield* Effect.never.pipe(
            Effect.onInterrupt(() => Effect.sync(() => note(farewell(simulator.ledger(), style)))),
          )
        }).pipe(Effect.scoped),
      ),
  ).pipe(
    Command.withDescription(
      "Run the providers on this machine: real HTTP on loopback, signatures checked, limits and errors as documented, real MP4 files, nothing paid. Runs until Ctrl-C.",
    ),
    Command.withShortDescription("Run the providers on this machine, for free"),
    Command.withExamples([
      { command: "zoetrope simulate --port 8787" },
      {
        command: "zoetrope simulate --fault submit:lost-answer --fault poll:503:n=3",
        description: "with things that go wrong",
      },
      { command: "zoetrope simulate --faults", description: "what can go wrong" },
    ]),
  )
}

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
  { columns, paint }: Style,
): string =>
  [
    "",
    marked(
      paint("green", "✓"),
      "the simulator is running; paste the lines above into another shell, and every command there uses it",
      columns,
    ),
    `  ledger   ${ready.ledger}`,
    `  faults   ${ready.faults}`,
    ...ready.inputs.map(({ url }, index) => `  ${index === 0 ? "inputs " : "       "}  ${url}`),
    "  Ctrl-C ends it",
  ].join("\n")

const farewell = (
  ledger: {
    readonly totals: {
      readonly accepted: number
      readonly billedSeconds: number
      readonly polls: number
    }
  },
  { columns, paint }: Style,
): string =>
  marked(
    paint("dim", "·"),
    `ended: ${ledger.totals.accepted} tasks accepted, ${ledger.totals.polls} polls, ${ledger.totals.billedSeconds} s of video would have been billed`,
    columns,
  )
