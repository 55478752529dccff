import { expect, test } from "vitest"
import { makeRenderCache } from "../../src/media/RenderCache.ts"
import type { Rendered } from "../../src/media/Renderer.ts"

const file = (bytes: number): Rendered => ({
  bytes: new Uint8Array(bytes),
  width: 16,
  height: 16,
  seconds: 1,
  md5: "",
  sha256: "",
})

/** A cache with a record of which keys had to be made. */
const recorded = (limit: number) => {
  const cached = makeRenderCache(limit)
  const made: Array<string> = []
  const get = (key: string, bytes = 10) =>
    cached(key, async () => {
      made.push(key)
      return file(bytes)
    })
  return { cached, get, made }
}

test("equal keys in flight share one making, and one file afterwards", async () => {
  const { get, made } = recorded(100)
  const [first, second] = await Promise.all([get("a"), get("a")])
  expect(second).toBe(first)
  expect(await get("a")).toBe(first)
  expect(made).toEqual(["a"])
})

test("beyond the limit the least recently used file is dropped", async () => {
  const { get, made } = recorded(20)
  await get("a")
  await get("b")
  await get("a")
  await get("c")
  await get("a")
  expect(made).toEqual(["a", "b", "c"])
  await get("b")
  expect(made).toEqual(["a", "b", "c", "b"])
})

test("a file larger than the limit is handed out and not kept", async () => {
  const { get, made } = recorded(20)
  await get("a")
  expect((await get("large", 21)).bytes.length).toBe(21)
  await get("large", 21)
  expect(made).toEqual(["a", "large", "large"])
})

test("a failure is shared by those who wait for it and forgotten", async () => {
  const { cached, get } = recorded(20)
  const fail = () => Promise.reject(new Error("broken"))
  const both = await Promise.allSettled([cached("a", fail), cached("a", fail)])
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  expect((await get("a")).bytes.length).toBe(10)
})
