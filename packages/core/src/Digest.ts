/** How an input and a key are recognised again without showing them: SHA-256. */
import { Context, Effect } from "effect"
import { Hex } from "effect/encoding"

/**
 * Who computes it. Default: WebCrypto, which every runtime has, and which takes a turn of another
 * thread for each. A program that digests thousands a second provides its runtime's own.
 */
export const Sha256 = Context.Reference<
  (bytes: Uint8Array<ArrayBuffer> | string) => Effect.Effect<string>
>("@zoetrope/core/Digest/Sha256", {
  defaultValue: () => (bytes) =>
    Effect.promise(() =>
      crypto.subtle.digest(
        "SHA-256",
        typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes,
      ),
    ).pipe(Effect.map((hash) => Hex.encode(new Uint8Array(hash)))),
})

/** Hex SHA-256. */
export const sha256 = (bytes: Uint8Array<ArrayBuffer> | string): Effect.Effect<string> =>
  Effect.flatMap(Sha256, (hash) => hash(bytes))

/** 12 hex digits by which a key id is told from another. */
export const fingerprint = (keyId: string): Effect.Effect<string> =>
  Effect.map(sha256(keyId), (hex) => hex.slice(0, 12))

/** Digest of a model's input: the same for the same model, fields and bytes, in whatever order they were written. */
export const ofInput = Effect.fnUntraced(function* (model: string, input: unknown) {
  return yield* sha256(JSON.stringify([model, yield* canonical(input)]))
})

/** Keys sorted, absent fields left out, bytes by their own digest. */
const canonical = (value: unknown): Effect.Effect<unknown> => {
  if (value instanceof Uint8Array) {
    return Effect.map(sha256(plain(value)), (hex) => `sha256:${hex}`)
  }
  if (Array.isArray(value)) return Effect.forEach(value, canonical)
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return Effect.map(
      Effect.forEach(entries, ([key, field]) =>
        Effect.map(canonical(field), (inner): [string, unknown] => [key, inner]),
      ),
      Object.fromEntries,
    )
  }
  return Effect.succeed(value)
}

/** The same bytes, not copied; but those of a SharedArrayBuffer, which WebCrypto does not take. */
const plain = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  bytes.buffer instanceof ArrayBuffer
    ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new Uint8Array(bytes)
