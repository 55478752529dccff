import { assert, describe, it } from "@effect/vitest"
import type { InvalidInput } from "@zoetrope/core/Reason"
import { Effect, Fiber } from "effect"
import {
  closeSync,
  openAsBlob,
  openSync,
  createReadStream,
  ftruncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { PassThrough, Readable } from "node:stream"
import { pathToFileURL } from "node:url"
import { file, type MediaSource, read } from "../src/MediaSource.ts"
import { film, maxBytes } from "./films.ts"
import * as Servers from "./servers.ts"
import * as Temporary from "./temporary.ts"

const bytes = Buffer.from("the bytes of a picture")

const pictureOf = (picture: unknown) =>
  Effect.map(read(film, { prompt: "p", picture }), (input) => {
    assert.containsAllKeys(input, ["prompt"])
    return (input as { readonly picture?: unknown }).picture
  })

const issueOf = (input: unknown) =>
  Effect.map(Effect.flip(read(film, input)), ({ issues }: InvalidInput) => {
    assert.strictEqual(issues.length, 1)
    return issues[0]!
  })

const refused = (picture: unknown) => issueOf({ prompt: "p", picture })

/** A file of that size, which takes no room on the disk. */
const sparse = (path: string, size: number) => {
  const handle = openSync(path, "w")
  ftruncateSync(handle, size)
  closeSync(handle)
  return path
}

/** Pieces of 10 kB without an end, and how many were taken. */
const endless = () => {
  const given = { pieces: 0, ended: false }
  const pieces = async function* () {
    try {
      while (true) {
        given.pieces += 1
        yield new Uint8Array(10_000)
      }
    } finally {
      given.ended = true
    }
  }
  return { given, pieces }
}

describe("bytes", () => {
  it.live("come from whatever a program has them in", () =>
    Effect.gen(function* () {
      const path = join(yield* Temporary.directory, "cat.png")
      writeFileSync(path, bytes)
      const blob = new Blob([bytes])
      const sources: Readonly<Record<string, MediaSource>> = {
        path: file(path),
        "file URL": file(pathToFileURL(path)),
        Buffer: bytes,
        Uint8Array: new Uint8Array(bytes),
        ArrayBuffer: new Uint8Array(bytes).buffer,
        Blob: blob,
        "Blob of a file": yield* Effect.promise(() => openAsBlob(path)),
        "web stream": blob.stream(),
        "body of an answer": new Response(bytes).body ?? assert.fail(),
        "Node stream": createReadStream(path, { highWaterMark: 5 }),
        iterable: Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]).iterator(),
      }
      for (const [name, source] of Object.entries(sources)) {
        const picture = yield* pictureOf(source)
        if (!(picture instanceof Uint8Array)) return assert.fail(name)
        assert.deepStrictEqual(Buffer.from(picture), bytes, name)
      }
    }),
  )

  it.live("of an empty stream are none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pictureOf(new Blob([]).stream()), new Uint8Array())
    }),
  )
})

describe("addresses", () => {
  it.live("pass as they are, a URL as its text", () =>
    Effect.gen(function* () {
      const address = "https://example.test/cat.png?a=%2f"
      assert.strictEqual(yield* pictureOf(address), address)
      assert.strictEqual(yield* pictureOf(new URL(address)), address)
      assert.strictEqual(
        yield* pictureOf("data:image/png;base64,AAAA"),
        "data:image/png;base64,AAAA",
      )
      const voice = new URL("https://example.test/a.mp3")
      assert.deepStrictEqual(yield* read(film, { prompt: "p", voice }), {
        prompt: "p",
        voice: voice.href,
      })
    }),
  )

  it.live("that are none say how a file is given", () =>
    Effect.gen(function* () {
      for (const text of ["cat.png", "", "/etc/passwd", new URL("file:///etc/passwd")]) {
        const { message, path } = yield* refused(text)
        assert.strictEqual(path, "/picture")
        assert.include(message, "file(path)")
      }
    }),
  )

  it.live("are all that a field takes which the provider fetches itself", () =>
    Effect.gen(function* () {
      for (const voice of [file("voice.mp3"), bytes, new Blob([bytes]), Readable.from([bytes])]) {
        const { message, path } = yield* issueOf({ prompt: "p", voice })
        assert.strictEqual(path, "/voice")
        assert.match(message, /takes an address only: the provider fetches this audio itself/)
      }
    }),
  )
})

describe("a limit", () => {
  it.live("is kept before a file or a Blob is read", () =>
    Effect.gen(function* () {
      const path = sparse(join(yield* Temporary.directory, "huge.png"), 3e9)
      assert.match((yield* refused(file(path))).message, /has 3000000000 bytes; at most 100000 are/)
      const blob = yield* Effect.promise(() => openAsBlob(path))
      const { allowed, message } = yield* refused(blob)
      assert.strictEqual(message, "has 3000000000 bytes")
      assert.strictEqual(allowed, "at most 100000 bytes")
    }),
  )

  it.live("stops a stream without an end", () =>
    Effect.gen(function* () {
      const raw = endless()
      assert.match((yield* refused(raw.pieces())).message, /has more than 100000 bytes/)
      const node = endless()
      yield* refused(Readable.from(node.pieces()))
      const web = endless()
      yield* refused(ReadableStream.from(web.pieces()))
      for (const { given } of [raw, node, web]) {
        yield* Servers.until(() => given.ended)
        assert.isAtMost(given.pieces, maxBytes / 10_000 + 20)
      }
    }),
  )

  it.live("lets through what just fits", () =>
    Effect.gen(function* () {
      const most = new Blob([new Uint8Array(maxBytes)])
      assert.strictEqual(((yield* pictureOf(most)) as Uint8Array).length, maxBytes)
      assert.strictEqual(((yield* pictureOf(most.stream())) as Uint8Array).length, maxBytes)
      yield* refused(new Blob([new Uint8Array(maxBytes + 1)]).stream())
    }),
  )
})

describe("what cannot be read", () => {
  it.live("is told by the name of its field", () =>
    Effect.gen(function* () {
      assert.match((yield* refused(file("no-such.png"))).message, /no-such.png: there is no such/)
      const broken = new PassThrough()
      broken.destroy(new Error("GET https://example.test/a?signature=s3cret failed"))
      const { message } = yield* refused(broken)
      assert.match(message, /could not be read to its end: .*GET https:/)
      assert.notInclude(message, "s3cret")
      const words = Readable.from(["text"])
      assert.match((yield* refused(words)).message, /something else than bytes/)
    }),
  )

  it.live("is told of all fields at once", () =>
    Effect.gen(function* () {
      const input = { prompt: "p", picture: file("no-such.png"), voice: bytes }
      const { issues } = yield* Effect.flip(read(film, input))
      assert.deepStrictEqual(
        issues.map(({ path }) => path),
        ["/picture", "/voice"],
      )
    }),
  )

  it.live("is left to the model where it is no media at all", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* pictureOf(5), 5)
      assert.strictEqual(yield* read(film, "text"), "text")
      assert.strictEqual(yield* read(film, null), null)
      assert.deepStrictEqual(yield* read(film, { colour: "red" }), { colour: "red" })
    }),
  )

  it.live("a file that JSON from outside names is no file", () =>
    Effect.gen(function* () {
      const named: unknown = JSON.parse(JSON.stringify(file("/etc/passwd")))
      assert.deepStrictEqual(yield* pictureOf(named), named)
    }),
  )
})

describe("interruption", () => {
  it.live("lets go of a stream that says nothing", () =>
    Effect.gen(function* () {
      const node = new PassThrough()
      let cancelled = false
      const web = new ReadableStream<Uint8Array>({ cancel: () => void (cancelled = true) })
      for (const source of [node, web]) {
        const reading = yield* Effect.forkChild(pictureOf(source))
        yield* Effect.sleep("20 millis")
        yield* Fiber.interrupt(reading)
      }
      assert.isTrue(node.destroyed)
      assert.isTrue(cancelled)
    }),
  )
})
