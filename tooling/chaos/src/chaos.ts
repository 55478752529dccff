/**
 * A run: workers on one data directory are killed at moments that the seed decides, while load trickles
 * in and the providers make trouble; then one works to the end, and all of it is judged. Owns the order
 * of events; what is asked for, what fails and what counts are decided elsewhere.
 */
import * as SqliteStore from "@zoetrope/engine/drivers/SqliteStore"
import type { Stats } from "@zoetrope/engine/Store"
import { Store } from "@zoetrope/engine/Store"
import { Effect } from "effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { chance } from "./chance.ts"
import type { Evidence, Kill } from "./Evidence.ts"
import { faultsOf } from "./faultsOf.ts"
import { gather } from "./gather.ts"
import { accounts, keyOf, orderOf } from "./Load.ts"
import { verdict, type Verdict } from "./verdict.ts"
import * as Witness from "./Witness.ts"
import * as Worker from "./Worker.ts"

export interface Options {
  readonly seed: number
  /** How often a worker is killed. */
  readonly kills: number
  /** How many generations there are in the end, whatever is killed. */
  readonly generations: number
  /** Leave the directory where it is, as is done anyway where the promise is broken. */
  readonly keep: boolean
  /** Told how it goes, from time to time. */
  readonly onProgress?: (progress: Progress) => void
}

export interface Progress {
  readonly kills: number
  /** Tasks that the providers accepted, and those that have ended there. */
  readonly accepted: number
  readonly over: number
}

export interface Outcome extends Verdict {
  readonly states: Stats["states"]
  readonly killedAtStart: number
  /** Kills while another worker waited for the same accounts, or drove some of them. */
  readonly killedOfTwo: number
  readonly directory: string
}

/** Milliseconds without a change after which nothing more is waited for. */
const stuckMillis = 30_000

/** Milliseconds that a start takes, until it is known how long it takes on this machine. */
const startGuess = 700

/** How many times as long as its start a worker drives at most; most are killed much sooner. */
const longestLife = 3

export const chaos = Effect.fn("chaos")(function* (options: Options) {
  const { generations, kills, onProgress = () => {}, seed } = options
  const { keep, path: root } = yield* workplace
  if (options.keep) keep()
  const directory = join(root, "data")
  const customers = accounts.map((name) => ({ id: `AK${name}`, secret: `secret-of-${name}` }))
  const witness = yield* Effect.acquireRelease(
    Effect.promise(() => Witness.start(customers)),
    ({ simulator }) => Effect.promise(() => simulator.close()),
  )
  const { simulator } = witness
  const { picture, urls } = yield* mediaOf(simulator, root)
  const killed: Array<Kill> = []
  let killedAtStart = 0
  let killedOfTwo = 0
  let startMillis = startGuess
  let asked = 0
  let alive: ReadonlyArray<Alive> = []

  const progress = () => {
    const { accepted, underWay } = simulator.ledger().totals
    onProgress({ kills: killed.length, accepted, over: accepted - underWay })
  }
  const startOne = Effect.fnUntraced(function* (from: number, until: number) {
    const worker = yield* Worker.start(
      {
        seed,
        directory,
        url: simulator.url,
        accounts: Object.fromEntries(accounts.map((name, index) => [name, customers[index]!])),
        picture,
        urls,
        from,
        until,
      },
      root,
    )
    const one: Alive = { worker, startedAt: Date.now() }
    alive = [...alive, one]
    return one
  })

  for (let kill = 0; kill < kills; kill += 1) {
    simulator.faults.add(...faultsOf(seed, kill))
    const roll = (what: string): number => chance(seed, kill, what)
    const share = Math.ceil((generations * (kill + 1)) / kills)
    const wanted = roll("two") < 0.35 ? 2 : 1
    while (alive.length < wanted) yield* startOne(asked, share)
    const victim = alive[Math.floor(roll("victim") * alive.length)]!
    const isAtStart = roll("start") < 0.2
    if (isAtStart) {
      const age = Date.now() - victim.startedAt
      yield* Effect.sleep(Math.max(0, roll("when") * startMillis - age))
    } else {
      startMillis = yield* victim.worker.driving
      yield* Effect.sleep(roll("when") ** 2 * longestLife * startMillis)
    }
    yield* victim.worker.alive
    if (alive.length > 1) killedOfTwo += 1
    if (isAtStart) killedAtStart += 1
    const from = Date.now()
    yield* victim.worker.kill
    killed.push({ from, to: Date.now() })
    asked = Math.max(...alive.map(({ worker }) => worker.asked()))
    alive = alive.filter((one) => one !== victim)
    progress()
  }

  simulator.faults.clear()
  const last = yield* startOne(0, generations)
  yield* last.worker.driving
  const store = SqliteStore.layer({ filename: join(directory, "zoetrope.db") })
  return yield* Effect.gen(function* () {
    yield* untilAllIsOver(generations, witness, alive, progress)
    for (const { worker } of alive) yield* worker.kill
    const media = { picture: new Uint8Array(), urls }
    const expected: Evidence["asked"] = new Map(
      Array.from({ length: generations }, (_, number) => [
        keyOf(number),
        orderOf(seed, number, media).fails === "always" ? "failure" : "video",
      ]),
    )
    const { states } = yield* (yield* Store).stats
    const judged = verdict(yield* gather(directory, expected, witness, killed))
    // It may take many runs to see the same again.
    if (judged.broken.length > 0) keep()
    const outcome: Outcome = {
      ...judged,
      states,
      killedAtStart,
      killedOfTwo,
      directory: root,
    }
    return outcome
  }).pipe(Effect.provide(store))
}, Effect.scoped)

interface Alive {
  readonly worker: Worker.Worker
  readonly startedAt: number
}

/**
 * Waits until every generation has ended, or is undecided with nothing that its provider could tell; or
 * until nothing moves any more, which the verdict will find.
 */
const untilAllIsOver = Effect.fnUntraced(function* (
  generations: number,
  { posts }: Witness.Witness,
  alive: ReadonlyArray<Alive>,
  progress: () => void,
) {
  const store = yield* Store
  let seen = ""
  let since = Date.now()
  while (true) {
    for (const { worker } of alive) yield* worker.alive
    const { states } = yield* store.stats
    const { cancelled = 0, done = 0, failed = 0, undecided = 0 } = states
    const open = yield* store.list({ states: ["undecided"], limit: generations })
    const marked = new Set(
      posts.flatMap(({ mark, taskId }) => (taskId === undefined ? [] : [mark])),
    )
    const findable = open.filter(({ task }) => marked.has(task?.token))
    if (done + failed + cancelled + undecided === generations && findable.length === 0) return
    const now = JSON.stringify(states)
    if (now !== seen) since = Date.now()
    if (Date.now() - since > stuckMillis) return
    seen = now
    progress()
    yield* Effect.sleep(250)
  }
})

/** A directory that goes with the scope, unless it is to be kept. */
const workplace = Effect.acquireRelease(
  Effect.promise(async () => {
    const path = await mkdtemp(join(tmpdir(), "zoetrope-chaos-"))
    const made = { path, isKept: false, keep: () => void (made.isKept = true) }
    return made
  }),
  ({ isKept, path }) =>
    isKept ? Effect.void : Effect.promise(() => rm(path, { recursive: true })),
)

/** The simulator's own files: a picture on the disk, and the addresses of all three. */
const mediaOf = Effect.fnUntraced(function* (
  { inputs }: Witness.Witness["simulator"],
  root: string,
) {
  const url = (name: string): string => inputs.list().find((one) => one.name === name)?.url ?? ""
  const urls = { image: url("sample.jpg"), video: url("sample.mp4"), audio: url("sample.wav") }
  const picture = join(root, "picture.jpg")
  yield* Effect.promise(async () =>
    writeFile(picture, new Uint8Array(await (await fetch(urls.image)).arrayBuffer())),
  )
  return { picture, urls }
})
