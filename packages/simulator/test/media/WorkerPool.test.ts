import { expect, test } from "vitest"
import { makeWorkerPool } from "../../src/media/WorkerPool.ts"

const entry = new URL("./fixtures/worker.mjs", import.meta.url)
const order = (value: string) => async () => ({ data: { order: value }, transfer: [] })

test("a worker's first message is the answer", async () => {
  const pool = makeWorkerPool(entry, 1)
  expect(await pool.run(order("hello"))).toBe("hello")
  await pool.close()
})

test.each([
  ["throw", "The render worker failed: Error: out of tricks"],
  ["exit", "The render worker ended early, with exit code 3."],
])(
  "a worker that dies (%s) fails its own job; the next job gets a new one",
  async (how, message) => {
    const pool = makeWorkerPool(entry, 1)
    const [died, next] = await Promise.allSettled([pool.run(order(how)), pool.run(order("next"))])
    expect(died).toMatchObject({ status: "rejected", reason: { kind: "worker", message } })
    expect(next).toEqual({ status: "fulfilled", value: "next" })
    await pool.close()
  },
)

test("a job that cannot be prepared gives its place back", async () => {
  const pool = makeWorkerPool(entry, 1)
  await expect(pool.run(() => Promise.reject(new Error("no paper")))).rejects.toThrow("no paper")
  expect(await pool.run(order("next"))).toBe("next")
  await pool.close()
})

test("no more jobs at a time than the pool's size", async () => {
  const pool = makeWorkerPool(entry, 2)
  let preparing = 0
  let most = 0
  const jobs = Array.from({ length: 5 }, (_, index) =>
    pool.run(async () => {
      preparing += 1
      most = Math.max(most, preparing)
      await new Promise((resolve) => setImmediate(resolve))
      preparing -= 1
      return { data: { order: String(index) }, transfer: [] }
    }),
  )
  expect(await Promise.all(jobs)).toEqual(["0", "1", "2", "3", "4"])
  expect(most).toBe(2)
  await pool.close()
})

test("closing ends what runs, what waits and what comes later", async () => {
  const pool = makeWorkerPool(entry, 1)
  const started = Promise.withResolvers<void>()
  const running = pool.run(async () => {
    setImmediate(() => started.resolve())
    return { data: { order: "wait" }, transfer: [] }
  })
  const waiting = pool.run(order("waits"))
  await started.promise
  const ended = Promise.allSettled([running, waiting])
  await pool.close()
  expect(await ended).toMatchObject([
    { status: "rejected", reason: { kind: "closed" } },
    { status: "rejected", reason: { kind: "closed" } },
  ])
  await expect(pool.run(order("later"))).rejects.toMatchObject({ kind: "closed" })
})
