/** Node's own SHA-256 for `Digest`: at once, where WebCrypto would wait for a turn of another thread. */
import { Effect } from "effect"
import { hash } from "node:crypto"

export const sha256 = (bytes: Uint8Array | string): Effect.Effect<string> =>
  Effect.sync(() => hash("sha256", bytes))
