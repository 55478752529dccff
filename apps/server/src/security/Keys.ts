/**
 * The keys of a server: `keys.json` in the data directory, readable by its owner alone. Owns the form of
 * a key and of the file. A key is shown once, when it is made; what is kept is its SHA-256, from which
 * nobody gets back 32 random bytes.
 */
import { Access } from "@zoetrope/api"
import { Clock, Data, Effect, Redacted, Schema } from "effect"
import { makeFolder } from "@zoetrope/engine/drivers/FilesByHash"
import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import { open, readFile, rename, rm, stat } from "node:fs/promises"
import { join } from "node:path"

/** Whose generations a key sees; letters, digits and a few signs, so that it reads well in a log. */
const Owner = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/, {
    message: "must be 1 to 100 letters, digits, dots, dashes, underscores or @",
  }),
)

/** A key as it is kept. Whoever has read it cannot come in by it. */
export const Key = Schema.Struct({
  /** For people and logs; part of the key itself. */
  id: Schema.String.check(Schema.isPattern(/^[0-9a-f]{12}$/)),
  owner: Owner,
  scope: Access.Scope,
  /** Hex SHA-256 of the secret part. */
  hash: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)),
  /** ISO 8601 UTC. */
  createdAt: Schema.String,
})
export type Key = typeof Key.Type

const File = Schema.Struct({ version: Schema.Literal(1), keys: Schema.Array(Key) })

/** The file is there and cannot be used: nobody gets in by its loss. */
export class KeysUnusable extends Schema.TaggedError<KeysUnusable>()("KeysUnusable", {
  file: Schema.String,
  why: Schema.String,
}) {
  override get message(): string {
    return `the keys in ${this.file} cannot be used: ${this.why}`
  }
}

class NotRead extends Data.Error<{ readonly code: string }> {}

/** Where the keys of a data directory are kept. */
export const fileIn = (dataDir: string): string => join(dataDir, "keys.json")

/** Every key there is; none where there is no file. */
export const list = Effect.fn("Keys.list")(function* (dataDir: string) {
  const file = fileIn(dataDir)
  const read = yield* Effect.tryPromise({
    try: async () => {
      const { mode } = await stat(file)
      return { mode, text: await readFile(file, "utf8") }
    },
    catch: (cause) => new NotRead({ code: codeOf(cause) }),
  }).pipe(
    Effect.catch(({ code }) =>
      code === "ENOENT"
        ? Effect.void
        : Effect.fail(new KeysUnusable({ file, why: `it cannot be read (${code})` })),
    ),
  )
  if (read === undefined) return []
  if (process.platform !== "win32" && (read.mode & 0o077) !== 0) {
    return yield* new KeysUnusable({
      file,
      why: `others may read or change it; run: chmod 600 ${JSON.stringify(file)}`,
    })
  }
  const { keys } = yield* decode(read.text).pipe(
    Effect.mapError(
      () =>
        new KeysUnusable({
          file,
          why: "it is damaged; restore it, or delete it and make new keys",
        }),
    ),
  )
  return keys
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(File), {
  onExcessProperty: "error",
})

/** A key that was just made: the only time that all of it is known. */
export interface Made {
  readonly key: Key
  readonly secret: Redacted.Redacted
}

/**
 * Makes a key. Other programs that change the file at the same moment are not waited for: keys are made
 * by a person. It sees the generations of its `owner`; by default that is its own id, so nobody else's.
 */
export const make = Effect.fn("Keys.make")(function* (
  dataDir: string,
  options: { readonly scope: Access.Scope; readonly owner?: string | undefined },
) {
  const keys = yield* list(dataDir)
  const id = randomBytes(6).toString("hex")
  const secret = randomBytes(32).toString("base64url")
  const owner = yield* Schema.decodeEffect(Owner)(options.owner ?? id).pipe(
    Effect.mapError(
      ({ message }) => new KeysUnusable({ file: fileIn(dataDir), why: `the owner ${message}` }),
    ),
  )
  const key: Key = {
    id,
    owner,
    scope: options.scope,
    hash: hashOf(secret).toString("hex"),
    createdAt: new Date(yield* Clock.currentTimeMillis).toISOString(),
  }
  yield* write(dataDir, [...keys, key])
  const made: Made = { key, secret: Redacted.make(`zk_${id}_${secret}`) }
  return made
})

/** Whether there was such a key. It opens nothing any more within a second. */
export const remove = Effect.fn("Keys.remove")(function* (dataDir: string, id: string) {
  const keys = yield* list(dataDir)
  const rest = keys.filter((key) => key.id !== id)
  if (rest.length === keys.length) return false
  yield* write(dataDir, rest)
  return true
})

/** The key that this text is, if it is one. Takes the same time for every wrong one. */
export const find = (keys: ReadonlyArray<Key>, text: string): Key | undefined => {
  const [, id, secret] = /^zk_([0-9a-f]{12})_([\w-]{43})$/.exec(text) ?? []
  const key = keys.find((one) => one.id === id)
  const expected = Buffer.from(key?.hash ?? nobody, "hex")
  return timingSafeEqual(hashOf(secret ?? ""), expected) ? key : undefined
}

/** The hash of no secret. */
const nobody = "0".repeat(64)

const hashOf = (secret: string): Buffer => createHash("sha256").update(secret).digest()

/** In one step: whoever reads meanwhile sees the old keys or the new ones. */
const write = (dataDir: string, keys: ReadonlyArray<Key>) => {
  const file = fileIn(dataDir)
  const temporary = `${file}.${randomBytes(6).toString("hex")}`
  return Effect.tryPromise({
    try: async () => {
      await makeFolder(dataDir, 0o700)
      try {
        const handle = await open(temporary, "wx", 0o600)
        try {
          await handle.writeFile(`${JSON.stringify({ version: 1, keys }, null, 2)}\n`)
          await handle.sync()
        } finally {
          await handle.close()
        }
        await rename(temporary, file)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
    },
    catch: (cause) => new KeysUnusable({ file, why: `it cannot be written (${codeOf(cause)})` }),
  })
}

const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException).code ?? String(cause)
