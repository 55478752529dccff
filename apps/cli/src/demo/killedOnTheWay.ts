/**
 * The second act's accident: the process that drives is killed, and another one is started. The moment
 * is a chosen one, the worst that can still be found out: an answer to a submit is on its way whose
 * task the provider can be asked for, tasks run, and a video is being fetched. No other submit is on
 * the wire then, since its task would be a matter for a person.
 */
import type { Generation, State } from "@zoetrope/engine/Generation"
import type { Simulator } from "@zoetrope/simulator"
import { Effect } from "effect"
import type { Opened } from "../setup/Accounts.ts"
import { marked, styleFor } from "../terminal/Output.ts"
import { program } from "../program.ts"
import type { Session } from "../setup/Session.ts"
import type { SimulatedVendor } from "../Vendor.ts"
import type { Watching } from "../terminal/Watch.ts"
import type { Words } from "../words/Words.ts"
import { variablesOf } from "./orders.ts"
import * as Worker from "./Worker.ts"

/** How each generation stood when the process was killed, by its id. */
export type AtKill = ReadonlyMap<string, State>

export const killedOnTheWay = Effect.fnUntraced(function* (
  session: Session,
  vendors: ReadonlyArray<SimulatedVendor>,
  simulator: Simulator,
  generations: ReadonlyArray<Generation>,
  watching: Watching,
) {
  const { columns, paint, words } = yield* styleFor(process.stderr)
  const { demo } = words
  const start = Worker.start(vendors, variablesOf(vendors, simulator), session.directory.path)
  const now = Effect.forEach(generations, ({ id }) => session.engine.get(id))
  simulator.faults.add(...(yield* delaysFor(session, vendors)))

  const first = yield* start
  watching.say("", demo.drives(first.pid))
  const moment = Effect.gen(function* () {
    while (!isWorst(session, simulator, yield* now)) yield* Effect.sleep(everyMillis)
  })
  yield* moment.pipe(Effect.timeoutOption(patienceMillis), Effect.raceFirst(first.done))
  yield* first.kill
  const left = yield* now
  const at: AtKill = new Map(left.map(({ id, state }) => [id, state]))
  const text = demo.killed(first.pid, underWay([...at.values()], words))
  watching.print(marked(paint("red", "✗"), text, columns))
  const others = session.opened.filter((one) => !canFind(one)).map(({ vendor }) => vendor.title)
  if (isFindable(session, left) && others.length > 0) {
    watching.print(marked(" ", demo.chosen(others, `${program} settle`), columns))
  }

  const second = yield* start
  watching.say("", demo.goesOn(second.pid))
  yield* second.done
  return at
})

const everyMillis = 50

/** The moment comes within some seconds; after this, any other will do. */
const patienceMillis = 15_000

/** What keeps the moment open: an answer that takes its time, and a first download that does. */
const delaysFor = Effect.fnUntraced(function* (
  session: Session,
  vendors: ReadonlyArray<SimulatedVendor>,
) {
  const searchable = new Set(session.opened.filter(canFind).map(({ vendor }) => vendor.id))
  const dialects = yield* Effect.promise(() =>
    Promise.all(
      vendors.filter(({ id }) => searchable.has(id)).map(({ simulation }) => simulation.dialect()),
    ),
  )
  const keys = dialects.flatMap(({ models }) => models.map(({ key }) => key))
  return ["download:slow=20000", ...keys.map((key) => `submit:delay=20s:model=${key}`)]
})

const canFind = ({ provider }: Opened): boolean => provider.find !== undefined

const isWorst = (
  session: Session,
  simulator: Simulator,
  generations: ReadonlyArray<Generation>,
): boolean => {
  const states = generations.map(({ state }) => state)
  const unanswered = simulator.ledger().tasks.filter(({ answer }) => answer === "pending").length
  return (
    !states.includes("queued") &&
    states.includes("running") &&
    states.includes("fetching") &&
    unanswered === states.filter((state) => state === "submitting").length &&
    isFindable(session, generations)
  )
}

/** Whether there are submits on the wire, and only such whose tasks their providers can be asked for. */
const isFindable = (session: Session, generations: ReadonlyArray<Generation>): boolean => {
  const payers = generations
    .filter(({ state }) => state === "submitting")
    .map((one) => session.accountOf(one))
  return payers.length > 0 && payers.every((one) => one !== undefined && canFind(one))
}

/** In words; what is over is not under way. */
const underWay = (states: ReadonlyArray<State>, { demo, listed }: Words): string => {
  const parts = (["submitting", "running", "fetching", "queued"] as const).flatMap((state) => {
    const count = states.filter((each) => each === state).length
    return count === 0 ? [] : [demo.underWay[state](count)]
  })
  return parts.length === 0 ? demo.underWay.nothing : listed(parts)
}
