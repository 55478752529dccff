/** The demo's tasks: one for each model, all at once, shown while they run. */
import * as Task from "@zoetrope/core/Task"
import type { Simulator } from "@zoetrope/simulator"
import { Cause, Effect, Exit } from "effect"
import { join } from "node:path"
import * as Accounts from "../Accounts.ts"
import * as Display from "../Display.ts"
import { follow } from "../Follow.ts"
import { marked, styleOf } from "../Output.ts"
import * as Progress from "../Progress.ts"
import type { SimulatedVendor } from "../Vendor.ts"
import { inputFor, type Media } from "./inputFor.ts"
import { add, observe, type Row, rowLines } from "./Row.ts"

export interface Job {
  readonly row: Row
  readonly opened: Accounts.Opened
  readonly prepared: Effect.Success<ReturnType<typeof Task.prepare>>
}

/** Opens the simulator's account and checks the input; nothing is sent yet. */
export const prepare = Effect.fnUntraced(function* (
  vendor: SimulatedVendor,
  model: SimulatedVendor["models"][number],
  simulator: Simulator,
  speed: number,
  media: Media,
) {
  const opened = yield* Accounts.openAccount(vendor, {
    name: "demo",
    origin: "simulator",
    variables: vendor.simulation.variables(simulator.accounts[0]!, simulator.url),
  })
  const dialect = yield* Effect.promise(() => vendor.simulation.dialect())
  const pace = dialect.models.find((one) => one.key === model.alias)?.pace
  const prepared = yield* Task.prepare(
    opened.provider,
    model,
    inputFor(model, media, vendor.simulation.demo.inputs[model.id] ?? {}),
  )
  const row: Row = {
    name: model.id.slice(model.id.indexOf("/") + 1),
    progress: Progress.start(Date.now()),
    expected: pace === undefined ? 4 : (pace.queuedSeconds + pace.generatingSeconds) / speed,
    tasks: [],
    polls: 0,
    survived: new Map(),
    end: undefined,
  }
  const job: Job = { row, opened, prepared }
  return job
})

/** Everything at once; what fails is shown at the end, and stops nothing else. */
export const perform = Effect.fnUntraced(function* (jobs: ReadonlyArray<Job>, directory: string) {
  const style = styleOf(process.stderr)
  const nameWidth = Math.max(...jobs.map(({ row }) => row.name.length))
  const display = yield* Display.make((columns, spinner) =>
    jobs.flatMap(({ row }) => rowLines(row, nameWidth, spinner, Date.now(), { ...style, columns })),
  )
  const say = (row: Row, text: string) =>
    display.print(marked(style.paint("dim", "·"), `${row.name}: ${text}`, style.columns))
  yield* Effect.forEach(
    jobs,
    Effect.fnUntraced(function* ({ opened, prepared, row }) {
      const exit = yield* Effect.exit(
        follow({
          opened,
          ask: (run) => Task.runPrepared(opened.provider, prepared, run),
          pathFor: () => join(directory, `${row.name}.mp4`),
          tell: (event) => {
            const before = row.progress
            const said = observe(row, event, Date.now())
            const change = Progress.change(before, row.progress, event)
            if (said !== undefined) say(row, said)
            else if (!display.live && change !== undefined) say(row, change)
          },
        }),
      )
      if (Exit.isSuccess(exit)) {
        if (exit.value.saved.resumed > 0) add(row, "cut download, resumed")
        row.end = { followed: exit.value }
      } else if (Cause.hasInterrupts(exit.cause)) return yield* Effect.interrupt
      else row.end = { failed: messageOf(Cause.squash(exit.cause)) }
      if (!display.live) say(row, "followed" in row.end ? "kept" : row.end.failed)
    }),
    { concurrency: "unbounded", discard: true },
  )
}, Effect.scoped)

/** The first sentence says what happened. */
const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split(/(?<=\.)\s+(?=[A-Z])/)[0] ?? ""
