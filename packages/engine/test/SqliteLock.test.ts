import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as Sqlite from "../src/drivers/Sqlite.ts"
import * as SqliteLock from "../src/drivers/SqliteLock.ts"
import { asNobody } from "./support/asNobody.ts"

const root = mkdtempSync(join(tmpdir(), "zoetrope-lock-"))
afterAll(() => rmSync(root, { recursive: true }))
let made = 0
const newDirectory = (): string => {
  const directory = join(root, `${(made += 1)}`)
  mkdirSync(directory)
  return directory
}

const name = "volc-cv aaaaaaaaaaaa"

/** Until the scope closes. */
const holder = (directory: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const program = join(import.meta.dirname, "support/lockHolder.ts")
      return spawn(process.execPath, [program, directory, name], {
        stdio: ["pipe", "pipe", "inherit"],
      })
    }),
    (child) => Effect.promise(() => ended(child, "SIGKILL")),
  )

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, "exit")
  child.kill(signal)
  await exit
}

/** Everything that it has said. */
const heard = (child: ChildProcess): { readonly words: string } => {
  const all = { words: "" }
  child.stdout?.on("data", (chunk: Buffer) => (all.words += chunk.toString()))
  return all
}

const until = (test: () => boolean) =>
  Effect.gen(function* () {
    while (!test()) yield* Effect.sleep(5)
  })

const trying = (directory: string, lockName = name) =>
  Effect.flatMap(SqliteLock.make({ directory }), ({ hold }) => hold(lockName))

describe("a lock among processes", () => {
  it.live("is one process's, and within a second the next one's when that is killed", () =>
    Effect.gen(function* () {
      const directory = newDirectory()
      const first = yield* holder(directory)
      const ofFirst = heard(first)
      yield* until(() => ofFirst.words === "asking\nheld\n")
      const ofSecond = heard(yield* holder(directory))
      const mine = yield* Effect.forkScoped(trying(directory))
      const isTaken = () => ofSecond.words === "asking\nheld\n" || mine.pollUnsafe() !== undefined
      yield* until(() => ofSecond.words.startsWith("asking"))
      yield* Effect.sleep(600)
      assert.isFalse(isTaken())
      const killed = performance.now()
      yield* Effect.promise(() => ended(first, "SIGKILL"))
      yield* until(isTaken)
      assert.isBelow(performance.now() - killed, 1_000)
      // One of the two, and not the other.
      yield* Effect.sleep(600)
      assert.strictEqual(ofSecond.words === "asking\nheld\n", mine.pollUnsafe() === undefined)
    }).pipe(Effect.scoped),
  )

  it.live("goes to the next when the scope closes", () =>
    Effect.gen(function* () {
      const directory = newDirectory()
      const scope = yield* Scope.make()
      yield* Scope.provide(trying(directory), scope)
      const other = heard(yield* holder(directory))
      yield* until(() => other.words.startsWith("asking"))
      yield* Effect.sleep(600)
      assert.strictEqual(other.words, "asking\n")
      yield* Scope.close(scope, Exit.void)
      yield* until(() => other.words === "asking\nheld\n")
    }).pipe(Effect.scoped),
  )

  it.effect("is asked for twice a second, and whoever waits can be interrupted", () =>
    Effect.gen(function* () {
      const directory = newDirectory()
      const scope = yield* Scope.make()
      yield* Scope.provide(trying(directory), scope)
      const one = yield* Effect.forkScoped(trying(directory))
      const two = yield* Effect.forkScoped(trying(directory))
      yield* TestClock.adjust(10_000)
      assert.isUndefined(one.pollUnsafe())
      yield* Fiber.interrupt(one)
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust(499)
      assert.isUndefined(two.pollUnsafe())
      yield* TestClock.adjust(1)
      yield* Fiber.join(two)
    }).pipe(Effect.scoped),
  )

  it.live("is not lost when its own process looks at the file again", () =>
    Effect.gen(function* () {
      const directory = newDirectory()
      yield* trying(directory)
      const file = readdirSync(directory).find((one) => one.endsWith(".lock")) ?? ""
      Sqlite.connect(join(directory, file), 0).close()
      const again = yield* Effect.forkScoped(trying(directory))
      const other = heard(yield* holder(directory))
      yield* until(() => other.words.startsWith("asking"))
      yield* Effect.sleep(600)
      assert.strictEqual(other.words, "asking\n")
      assert.isUndefined(again.pollUnsafe())
    }).pipe(Effect.scoped),
  )

  it.effect("is one for each name, whatever is in it", () =>
    Effect.gen(function* () {
      const directory = newDirectory()
      const names = ["a b", "a-b", "../../etc/passwd", "a/b", "视频", "音频", "x".repeat(300)]
      yield* Effect.forEach(names, (one) => trying(directory, one))
      const files = readdirSync(directory).filter((file) => file.endsWith(".lock"))
      assert.lengthOf(files, names.length)
      for (const file of files) {
        assert.match(file, /^[a-zA-Z0-9._-]{1,100}$/)
        assert.strictEqual(statSync(join(directory, file)).mode & 0o777, 0o600)
      }
    }).pipe(Effect.scoped),
  )

  it.effect("is refused where nothing can be written, before anybody waits for it", () =>
    Effect.gen(function* () {
      const missing = yield* Effect.flip(SqliteLock.make({ directory: join(root, "nowhere") }))
      assert.match(missing.message, /ENOENT.*nowhere/)
      chmodSync(root, 0o755)
      const directory = newDirectory()
      chmodSync(directory, 0o555)
      const exit = asNobody(() => Effect.runSyncExit(SqliteLock.make({ directory })))
      const error = yield* Effect.flip(exit)
      assert.match(error.message, /this user may not write to it/)
      assert.deepStrictEqual(readdirSync(directory), [])
    }),
  )
})
