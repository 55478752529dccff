/** Waits until nothing moves any more, and reads what the run left in the data directory. */
import * as SqliteStore from "@zoetrope/engine/drivers/SqliteStore"
import {
  type Artifact,
  type Event,
  type Generation,
  hasEnded,
  type Task,
} from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Effect } from "effect"
import { hash } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { wordsIn } from "./orders.ts"
import type { Post } from "./Witness.ts"

/** A generation as the database has it. */
export interface Recorded {
  readonly words: string
  readonly generation: Generation
  /** Oldest first. */
  readonly tasks: ReadonlyArray<Task>
  readonly events: ReadonlyArray<Event>
  readonly artifacts: ReadonlyArray<Artifact>
}

/** Milliseconds without a change after which nothing more is waited for. */
const stuckMillis = 30_000

/** More than any run asks for. */
const all = { limit: 100_000 } as const

/**
 * Resolves when every generation has ended, or is undecided and its provider can tell nothing; or when
 * nothing moves any more, which the verdict will find.
 */
export const untilOver = (dataDir: string, posts: ReadonlyArray<Post>): Promise<void> =>
  Effect.gen(function* () {
    const store = yield* Store
    let seen = ""
    let since = performance.now()
    while (performance.now() - since < stuckMillis) {
      const generations = yield* store.list(all)
      const accepted = new Set(
        posts.flatMap(({ mark, taskId }) => (taskId === undefined ? [] : [mark])),
      )
      const isOver = generations.every(
        ({ state, task }) =>
          hasEnded(state) || (state === "undecided" && !accepted.has(task?.token)),
      )
      if (isOver) return
      const now = generations.map(({ stamp }) => stamp).join(" ")
      if (now !== seen) since = performance.now()
      seen = now
      yield* Effect.sleep(200)
    }
  }).pipe(Effect.provide(storeIn(dataDir)), Effect.runPromise)

export const recordedIn = (dataDir: string): Promise<ReadonlyArray<Recorded>> =>
  Effect.gen(function* () {
    const store = yield* Store
    const generations = yield* store.list(all)
    return yield* Effect.forEach(generations, (generation) => {
      const { id } = generation
      return Effect.all({
        words: Effect.map(store.input(id), (input) => wordsIn(JSON.stringify(input)) ?? "nobody's"),
        generation: Effect.succeed(generation),
        tasks: store.tasks(id),
        events: store.events(id),
        artifacts: store.artifacts(id),
      })
    })
  }).pipe(Effect.provide(storeIn(dataDir)), Effect.runPromise)

/** SHA-256 of each file that is there, by the path that the database has for it. */
export const hashesIn = (
  dataDir: string,
  recorded: ReadonlyArray<Recorded>,
): ReadonlyMap<string, string> =>
  new Map(
    recorded
      .flatMap(({ artifacts }) => artifacts)
      .filter(({ path }) => existsSync(join(dataDir, path)))
      .map(({ path }) => [path, hash("sha256", readFileSync(join(dataDir, path)))]),
  )

const storeIn = (dataDir: string) => SqliteStore.layer({ filename: join(dataDir, "zoetrope.db") })
