import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { once } from "node:events"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { expectTypeOf } from "vitest"
import {
  Aborted,
  ArtifactError,
  file,
  InvalidInput,
  open,
  OutcomeUnknown,
  secret,
  TaskError,
  type TaskEvent,
  toHandle,
} from "../src/promises.ts"
import { bytes, film, make, service } from "./films.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

/** A service and an account of it, both gone with the scope. */
const opened = Effect.gen(function* () {
  const films = yield* service
  const account = yield* Effect.acquireRelease(
    Effect.promise(() => open(make(films.url))),
    (one) => Effect.promise(() => one.close()),
  )
  return { account, films }
})

/** A test that is written as its readers write: with `await`. */
const test = (name: string, run: (given: Effect.Success<typeof opened>) => Promise<void>) =>
  it.live(name, () => Effect.flatMap(opened, (given) => Effect.promise(() => run(given))))

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => assert.fail(`resolved with ${JSON.stringify(value)}`),
    (error: unknown) => error,
  )

const taskError = async (promise: Promise<unknown>): Promise<TaskError> => {
  const error = await rejection(promise)
  if (!(error instanceof TaskError)) return assert.fail(String(error))
  return error
}

const until = (reached: () => boolean) => Effect.runPromise(Servers.until(reached))

const local = { allow: { loopback: true } } as const

describe("run", () => {
  test("goes from an input to a result, and tells what happens", async ({ account, films }) => {
    films.workFor = 1
    const events: Array<TaskEvent["_tag"]> = []
    const result = await account.run(
      film,
      { prompt: "odd", picture: new Blob([bytes]) },
      { onState: ({ _tag }) => events.push(_tag) },
    )
    assert.strictEqual(result.state.outputs[0].url, `${films.url}/files/1.mp4`)
    assert.deepStrictEqual(result.tasks, [result.ref])
    assert.deepStrictEqual(events, ["Submitting", "Submitted", "Polled", "Polled"])
    assert.deepStrictEqual(result.warnings, ["an odd prompt", "polled"])
    assert.strictEqual(films.accepted[0]?.picture, bytes.toString("base64"))
  })

  test("refuses a bad input before anything is sent", async ({ account, films }) => {
    // @ts-expect-error -- a program without types
    const error = await taskError(account.run(film, { prompt: "p", colour: "red" }))
    assert.isTrue(error.reason instanceof InvalidInput)
    assert.match(error.message, /colour.*Nothing was sent and nothing was paid\.$/)
    assert.deepStrictEqual(films.requests, [])
  })

  test("refuses what is no model of the provider", async ({ account, films }) => {
    for (const model of [{ ...film, id: "other/one" }, "films/one", undefined]) {
      // @ts-expect-error -- a program without types
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const error = await taskError(account.run(model, { prompt: "p" }))
      assert.match(error.message, /^model: is not a model of films.*allowed: films\/one/)
    }
    assert.deepStrictEqual(films.requests, [])
  })

  test("rejects with the reason and what is known of an undecided submit", async (given) => {
    const { account, films } = given
    films.next("submit", (response) => response.destroy())
    const input = { prompt: "p", picture: bytes }
    const stopped = new AbortController()
    const error = await taskError(
      account.run(film, input, {
        signal: stopped.signal,
        // It would be looked for, for some seconds.
        onState: ({ _tag }) => _tag === "Undecided" && stopped.abort(),
      }),
    )
    assert.isTrue(error.reason instanceof OutcomeUnknown)
    assert.strictEqual(error.verdict, "ask")

    const undecided = error.reason as OutcomeUnknown
    const found = await account.find?.(film, input, undecided)
    assert.strictEqual(found?.taskId, "1")
    const asked = films.requests.length
    const other = account.find?.(film, { prompt: "another" }, undecided) ?? assert.fail()
    assert.match((await taskError(other)).message, /is not the input of that submit/)
    assert.strictEqual(films.requests.length, asked)
  })

  test("runs many at once without a word of the runtime", async ({ account, films }) => {
    const said: Array<string> = []
    const listener = ({ message }: Error) => said.push(message)
    process.on("warning", listener)
    const { signal } = new AbortController()
    await Promise.all(
      Array.from({ length: 30 }, () => account.run(film, { prompt: "p" }, { signal })),
    )
    await delay(1)
    process.off("warning", listener)
    assert.deepStrictEqual(said, [])
    assert.strictEqual(films.accepted.length, 30)
  })
})

describe("a task", () => {
  test("is followed by its ref, its handle, or its JSON", async ({ account, films }) => {
    const { ref, warnings } = await account.submit(film, { prompt: "odd" })
    assert.deepStrictEqual(warnings, ["an odd prompt"])
    assert.deepStrictEqual(films.requests, ["POST /films"])
    const { state } = await account.poll(ref)
    assert.strictEqual(state._tag, "Succeeded")
    assert.deepStrictEqual((await account.poll(toHandle(ref))).state, state)
    assert.deepStrictEqual((await account.wait(JSON.stringify(ref))).state, state)
  })

  test("of which there is no handle is not asked for", async ({ account, films }) => {
    for (const none of ["7491596536074305586", "", {}, undefined, null]) {
      // @ts-expect-error -- a program without types
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const error = await taskError(account.wait(none))
      assert.match(error.message, /^this is not a handle: .*Nothing was sent/s)
    }
    assert.deepStrictEqual(films.requests, [])
  })

  test("of a foreign account is not asked for", async ({ account, films }) => {
    const { ref } = await account.submit(film, { prompt: "p" })
    const error = await taskError(account.poll({ ...ref, key: "bbbbbbbbbbbb" }))
    assert.strictEqual(error.reason._tag, "ForeignHandle")
    assert.strictEqual(films.requests.length, 1)
  })

  test("is taken back, where the provider can", async ({ account }) => {
    const { ref } = await account.submit(film, { prompt: "p" })
    assert.deepStrictEqual(await account.cancel?.(toHandle(ref)), { message: "1 is cancelled" })
    assert.deepStrictEqual(await account.credits?.(), { remaining: 42, rows: [] })
    assert.strictEqual((await account.check()).status, "well")
  })

  test("capabilities that a provider has not are not there", async ({ account }) => {
    const { cancel, credits, find, ...rest } = account.provider
    assert.isDefined(cancel ?? credits ?? find)
    const less = await open(rest)
    assert.sameMembers(
      ["cancel", "credits", "find"].filter((name) => name in less),
      [],
    )
    assert.strictEqual((await less.run(film, { prompt: "p" })).polls, 1)
  })
})

describe("an abort", () => {
  test("before the start sends nothing", async ({ account, films }) => {
    const signal = AbortSignal.abort()
    for (const start of [account.run, account.submit]) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const error = await taskError(start(film, { prompt: "p" }, { signal }))
      assert.isTrue(error.reason instanceof Aborted)
      assert.match(error.message, /No task was made and nothing was paid/)
    }
    assert.deepStrictEqual(films.requests, [])
  })

  test("while the submit is on the wire comes too late for it", async ({ account, films }) => {
    const abort = new AbortController()
    const { signal } = abort
    const held = (answer: () => void) => {
      abort.abort()
      setTimeout(answer, 30)
    }
    films.next("submit", (_, proceed) => held(proceed))
    const { ref } = await account.submit(film, { prompt: "p" }, { signal })
    assert.strictEqual(ref.taskId, "1")
    assert.deepStrictEqual(films.requests, ["POST /films"])
  })

  test("of a submit that is undecided does not hide it", async ({ account, films }) => {
    const abort = new AbortController()
    films.next("submit", (response) => {
      abort.abort()
      response.destroy()
    })
    const { signal } = abort
    const error = await taskError(account.submit(film, { prompt: "p" }, { signal }))
    assert.isTrue(error.reason instanceof OutcomeUnknown)
    assert.strictEqual(films.accepted.length, 1)
  })

  test("in a run carries the handle, and the task goes on", async ({ account, films }) => {
    films.workFor = 1000
    const abort = new AbortController()
    const running = account.run(
      film,
      { prompt: "p" },
      {
        signal: abort.signal,
        onState: (event) => event._tag === "Polled" && event.polls === 2 && abort.abort(),
      },
    )
    const error = await taskError(running)
    assert.isTrue(error.reason instanceof Aborted)
    assert.strictEqual(error.ref?.taskId, "1")
    const asked = films.requests.length
    await delay(100)
    assert.strictEqual(films.requests.length, asked, "a fiber polls on")
    films.workFor = 0
    assert.strictEqual((await account.wait(error.ref ?? assert.fail())).state._tag, "Succeeded")
  })

  test("of a wait in the middle of a poll leaves nothing behind", async ({ account, films }) => {
    const { ref } = await account.submit(film, { prompt: "p" })
    const abort = new AbortController()
    films.next("poll", () => abort.abort())
    const error = await taskError(account.wait(ref, { signal: abort.signal }))
    assert.isTrue(error.reason instanceof Aborted)
    assert.deepStrictEqual(error.ref, ref)
    await until(() => films.server.open() === 0)
  })

  test("lets go of a stream that says nothing", async ({ account, films }) => {
    let cancelled = false
    const picture = new ReadableStream<Uint8Array>({
      cancel: () => void (cancelled = true),
    })
    const signal = AbortSignal.timeout(20)
    const error = await taskError(account.run(film, { prompt: "p", picture }, { signal }))
    assert.isTrue(error.reason instanceof Aborted)
    assert.isTrue(cancelled)
    assert.deepStrictEqual(films.requests, [])
  })
})

describe("a deadline", () => {
  test("rejects with the handle, and the states seen", async ({ account, films }) => {
    films.workFor = 1000
    const { reason, ref } = await taskError(
      account.run(film, { prompt: "p" }, { deadlineSeconds: 0.05 }),
    )
    assert.strictEqual(reason._tag, "StillRunning")
    assert.strictEqual(ref?.taskId, "1")
  })
})

describe("save", () => {
  const directory = Effect.zip(opened, Temporary.directory)
  const saving = (
    name: string,
    run: (given: Effect.Success<typeof opened>, folder: string) => Promise<void>,
  ) =>
    it.live(name, () =>
      Effect.flatMap(directory, ([given, folder]) => Effect.promise(() => run(given, folder))),
    )

  saving("keeps a result, and never overwrites", async ({ account }, folder) => {
    const result = await account.run(film, { prompt: "p" })
    const seen: Array<number> = []
    const onProgress = ({ bytes: arrived }: { readonly bytes: number }) => {
      seen.push(arrived)
      throw new Error("a mistake of the listener")
    }
    const saved = await account.save(result, join(folder, "film.mp4"), { ...local, onProgress })
    assert.deepStrictEqual(readFileSync(saved.path), bytes)
    assert.strictEqual(seen.at(-1), bytes.length)
    const again = await account.save(result, join(folder, "film.mp4"), local)
    assert.strictEqual(again.path, join(folder, "film (2).mp4"))
  })

  saving("says what it takes, and what became of the video", async ({ account }, folder) => {
    const result = await account.run(film, { prompt: "p" })
    const untyped = account.save as (...given: ReadonlyArray<unknown>) => Promise<unknown>
    const words = async (...given: ReadonlyArray<unknown>) =>
      untyped(...given).then(
        () => assert.fail("it was saved"),
        (error: unknown) => String(error),
      )
    assert.match(await words(result), /second argument.*Nothing was fetched.*still at the provider/)
    assert.match(await words(undefined, join(folder, "a.mp4")), /run\(\) or wait\(\).*Nothing was/)
    assert.include(await words(result, join(folder, "a.mp4")), "allow: { loopback: true }")
  })

  saving("asks once more for a link that died", async ({ account, films }, folder) => {
    const result = await account.run(film, { prompt: "p" })
    const dead = { ...result.state.outputs[0], url: `${films.url}/dead/1.mp4` }
    const stale = { ...result, state: { ...result.state, outputs: [dead] as const } }
    const asked = films.requests.length
    const saved = await account.save(stale, join(folder, "film.mp4"), local)
    assert.deepStrictEqual(readFileSync(saved.path), bytes)
    assert.deepStrictEqual(films.requests.slice(asked), [
      "GET /dead/1.mp4",
      "GET /films/1",
      "GET /files/1.mp4",
    ])
  })

  saving("rejects with an error that says where the video is", async ({ account }, folder) => {
    const result = await account.run(film, { prompt: "p" })
    const error = await rejection(account.save(result, join(folder, "film.mp4")))
    if (!(error instanceof ArtifactError)) return assert.fail(String(error))
    assert.strictEqual(error.reason._tag, "LinkRefused")
    assert.match(error.message, /paid for and still at the provider/)
    assert.deepStrictEqual(readdirSync(folder), [])
  })

  saving("ends with the signal, and leaves no file", async ({ account, films }, folder) => {
    const result = await account.run(film, { prompt: "p" })
    const reason = new Error("enough")
    const signal = AbortSignal.abort(reason)
    const error = await rejection(
      account.save(result, join(folder, "film.mp4"), { ...local, signal }),
    )
    assert.strictEqual(error, reason)
    assert.isFalse(existsSync(join(folder, "film.mp4")))
    assert.isFalse(films.requests.some((request) => request.includes("/files/")))
  })
})

describe("open and close", () => {
  test("accounts share their connections", async ({ account, films }) => {
    const { ref } = await account.submit(film, { prompt: "p" })
    await account.poll(ref)
    const second = await open(make(films.url))
    // undici lends a connection again after a turn of the event loop.
    await delay(5)
    const before = films.server.sockets.length
    await second.poll(ref)
    assert.strictEqual(films.server.sockets.length, before)
    await second.close()
    assert.strictEqual(films.server.open(), 1)
    await delay(5)
    await account.poll(ref)
    assert.strictEqual(films.server.sockets.length, before)
    await account.close()
    await until(() => films.server.open() === 0)
  })

  test("a close reads the answer of a submit, and ends what waits", async ({ account, films }) => {
    films.workFor = 1000
    const waiting = taskError(account.run(film, { prompt: "p" }))
    await until(() => films.requests.length > 1)
    const closed = new Promise<void>((resolve) => {
      films.next("submit", (_, proceed) => {
        resolve(account.close())
        setTimeout(proceed, 30)
      })
    })
    const { ref } = await account.submit(film, { prompt: "p" })
    assert.strictEqual(ref.taskId, "2")
    const error = await waiting
    assert.isTrue(error.reason instanceof Aborted)
    assert.strictEqual(error.ref?.taskId, "1")
    await closed
    await account.close()
    assert.match(String(await rejection(account.poll(ref))), /was closed; open it again/)
    await until(() => films.server.open() === 0)
  })

  test("`await using` closes", async ({ films }) => {
    const account = await open(make(films.url))
    // What the words stand for: not every supported Node can read them.
    await account[Symbol.asyncDispose]()
    assert.match(String(await rejection(account.check())), /was closed/)
  })

  it("refuses what is no provider, and credentials that cannot be used", async () => {
    // @ts-expect-error -- a program without types
    assert.match(String(await rejection(open({}))), /TypeError: open\(\) takes a provider/)
    const problem = new InvalidInput({ issues: [{ path: "/apiKey", message: "is empty" }] })
    assert.strictEqual(await rejection(open(Effect.fail(problem))), problem)
    assert.throws(() => secret(undefined), /is the environment variable set/)
    assert.notInclude(JSON.stringify(secret("s3cret")), "s3cret")
  })
})

describe("a process", () => {
  const modules = new URL("../src/promises.ts", import.meta.url)
  const provider = new URL("./films.ts", import.meta.url)

  /** Runs a program with an open account, and how it ended. */
  const program = async (url: string, body: string) => {
    const { spawn } = await import("node:child_process")
    const source = `
      import { open, file } from ${JSON.stringify(modules.href)}
      import { film, make } from ${JSON.stringify(provider.href)}
      const account = await open(make(${JSON.stringify(url)}))
      ${body}
      console.log("the end")`
    const child = spawn(process.execPath, ["--input-type=module", "--eval", source], {
      timeout: 20_000,
    })
    let output = ""
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
    let saidAt = 0
    child.stdout.on("data", () => (saidAt = performance.now()))
    const [code] = (await once(child, "close")) as [number | null]
    return { code, output, lingered: performance.now() - saidAt }
  }

  test("ends by itself with an account open", async ({ films }) => {
    const run = `await account.run(film, { prompt: "p" })`
    const { code, lingered, output } = await program(films.url, run)
    assert.strictEqual(output, "the end\n")
    assert.strictEqual(code, 0)
    // Idle connections live for ten seconds.
    assert.isBelow(lingered, 8000)
  })

  test("is told of a rejection that nobody handles, with its words", async ({ films }) => {
    const { code, output } = await program(films.url, `void account.run(film, {})`)
    assert.strictEqual(code, 1)
    assert.match(output, /TaskError: prompt: is required.*Nothing was sent/)
  })
})

describe("types", () => {
  it("inputs are those of the model", () => {
    const typed = (account: Awaited<ReturnType<typeof open>>) => [
      account.run(film, { prompt: "p", picture: file("cat.png") }),
      account.run(film, { prompt: "p", picture: new URL("https://example.test/cat.png") }),
      account.run(film, { prompt: "p", voice: "https://example.test/voice.mp3" }),
      // @ts-expect-error -- the prompt is required
      account.run(film, {}),
      // @ts-expect-error -- there is no such field
      account.run(film, { prompt: "p", colour: "red" }),
      // @ts-expect-error -- a voice is taken by address only
      account.run(film, { prompt: "p", voice: file("voice.mp3") }),
      // @ts-expect-error -- a prompt is a text
      account.submit(film, { prompt: file("prompt.txt") }),
      // @ts-expect-error -- it may not be there
      account.cancel("zt1."),
    ]
    expectTypeOf(typed).returns.not.toBeAny()
    type Result = Awaited<ReturnType<Awaited<ReturnType<typeof open>>["run"]>>
    expectTypeOf<Result["state"]["_tag"]>().toEqualTypeOf<"Succeeded">()
    expectTypeOf<Result["state"]["outputs"][0]["url"]>().toEqualTypeOf<string>()
  })
})
