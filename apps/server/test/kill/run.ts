/**
 * A run: a server under load is killed with SIGKILL at moments that the seed decides, and started again
 * at once on the same port and directory; then all that has begun comes to its end, and is judged.
 */
import OpenAI from "openai"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { chance } from "./chance.ts"
import { hashesIn, recordedIn, untilOver } from "./gather.ts"
import { startLine } from "./line.ts"
import { type Load, startLoad } from "./load.ts"
import { faultsOf } from "./orders.ts"
import { type Evidence, verdict } from "./verdict.ts"
import * as Victim from "./Victim.ts"
import * as Witness from "./Witness.ts"

export interface Outcome {
  /** Empty where the promise was kept. */
  readonly broken: ReadonlyArray<string>
  readonly figures: Figures
  /** Where everything still lies, if the promise was broken. */
  readonly kept: string | undefined
}

/** Videos at which the load stops by itself, for each kill. */
const mostPerKill = 30

/** Milliseconds that a start takes, until it is known how long it takes on this machine. */
const startGuess = 1_000

export const run = async (seed: number, kills: number): Promise<Outcome> => {
  const root = await mkdtemp(join(tmpdir(), "zoetrope-server-kill-"))
  const dataDir = join(root, "data")
  const witness = await Witness.start()
  const { faults, ledger, url: simulator } = witness.simulator
  const port = await Victim.freePort(seed)
  const url = `http://127.0.0.1:${port}`
  const line = await startLine(port)
  const start = () => Victim.start({ simulator, dataDir, port, root })
  const killed: Array<Evidence["kills"][number]> = []
  let victim = start()
  /** Waits for its moment, kills it, and starts the next one. */
  const killOne = async (kill: number, { creates }: Load): Promise<void> => {
    const roll = (what: string): number => chance(seed, kill, what)
    faults.add(...faultsOf(seed, kill))
    if (roll("start") < 0.15) {
      await pause(roll("when") * startMillis)
    } else {
      startMillis = await victim.up
      await creates(1 + Math.floor(roll("creates") * 8))
      const moment = roll("moment")
      // Creates and their answers are on their way, or what has begun goes on.
      await pause(moment < 0.6 ? roll("when") * 60 : roll("when") ** 2 * 1_200)
    }
    const from = Date.now()
    await victim.kill()
    killed.push({ from, to: Date.now() })
    victim = start()
  }
  let startMillis = startGuess
  let load: Load | undefined
  let broken: ReadonlyArray<string> | undefined
  try {
    await victim.up
    load = startLoad([url, line.url, line.url, line.url], seed, kills * mostPerKill)
    for (let kill = 0; kill < kills; kill += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await killOne(kill, load)
    }
    faults.clear()
    await victim.up
    await load.stop()
    await untilOver(dataDir, witness.posts)
    await load.finish()
    const listed = await listedAt(url)
    await victim.kill()
    const recorded = await recordedIn(dataDir)
    const evidence: Evidence = {
      chains: load.chains,
      recorded,
      posts: witness.posts,
      ledger: ledger().tasks.map(({ answer, file, id, state }) => ({
        id,
        answer,
        state,
        ...(file === undefined ? {} : { sha256: file.sha256 }),
      })),
      files: hashesIn(dataDir, recorded),
      listed,
      kills: killed,
      undocumented: load.undocumented,
    }
    broken = verdict(evidence)
    return { broken, figures: figuresOf(evidence), kept: broken.length > 0 ? root : undefined }
  } catch (cause) {
    throw new Error(`the run broke off; what there is lies in ${root}`, { cause })
  } finally {
    load?.abandon()
    line.close()
    await victim.kill().catch(() => undefined)
    await witness.simulator.close()
    // It may take many runs to see the same again.
    if (broken?.length === 0) await rm(root, { recursive: true })
  }
}

/** With the stock client, page by page. */
const listedAt = async (url: string): Promise<ReadonlyArray<string>> => {
  const ids: Array<string> = []
  const { videos } = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none" })
  for await (const { id } of videos.list({ limit: 100 })) ids.push(id)
  return ids
}

export type Figures = ReturnType<typeof figuresOf>

const figuresOf = ({ chains, kills, ledger, posts, recorded }: Evidence) => {
  const stock = chains.filter(({ contract }) => contract === "videos")
  const known = new Set(recorded.map(({ words }) => words))
  const told = stock.flatMap(({ ids }) => ids)
  // Asked for in the same words at the same moment, and without a key, not all can be told apart.
  const isUnclaimed = ({ generation: { id }, words }: Evidence["recorded"][number]): boolean => {
    const alike = stock.filter((one) => one.words === words)
    return alike.length > 1 && !told.includes(id) && alike.every(({ ids }) => ids.length > 0)
  }
  const rows = recorded.flatMap(({ tasks }) => tasks)
  const inState = (state: string): number =>
    recorded.filter(({ generation }) => generation.state === state).length
  const createdAt = new Map(recorded.map(({ generation: { createdAt: at, id } }) => [id, at]))
  // It was recorded, the answer was lost, and the last create was answered with it.
  const wasReplayed = ({ ids: [id = ""], sends }: Evidence["chains"][number]): boolean =>
    sends.length > 1 && (createdAt.get(id) ?? Infinity) < (sends.at(-1) ?? 0)
  return {
    kills: kills.length,
    asked: chains.length,
    sends: chains.reduce((sum, { sends }) => sum + sends.length, 0),
    repeated: chains.filter(({ sends }) => sends.length > 1).length,
    replayedByKey: chains.filter((one) => one.contract === "api" && wasReplayed(one)).length,
    replayedWithoutKey: stock.filter(wasReplayed).length,
    gaveUp: chains.filter(({ ids }) => ids.length === 0).length,
    gaveUpRecorded: chains.filter(({ ids, words }) => ids.length === 0 && known.has(words)).length,
    shared: told.length - new Set(told).size,
    unclaimed: recorded.filter(isUnclaimed).length,
    downloads: chains.filter(({ sha256 }) => sha256 !== undefined).length,
    generations: recorded.length,
    done: inState("done"),
    failed: inState("failed"),
    undecided: inState("undecided"),
    submits: posts.length,
    accepted: ledger.length,
    rowsWithTask: rows.filter(({ ref }) => ref !== undefined).length,
    remakes: recorded.flatMap(({ events }) => events).filter(({ kind }) => kind === "remaking")
      .length,
  }
}
