/**
 * A process that writes generations into a data file as fast as it can, each with a flush of its own.
 *
 * Arguments: file, prefix of the ids, how many.
 */
import { Effect } from "effect"
import * as SqliteStore from "../../src/drivers/SqliteStore.ts"
import { Store } from "../../src/Store.ts"
import { queued } from "./vendor.ts"

const [filename = "", prefix = "", count = "0"] = process.argv.slice(2)

await Store.use((store) =>
  Effect.forEach(
    Array.from({ length: Number(count) }, (_, index) =>
      queued({ id: `${prefix}${index}`, stamp: `${prefix}${index}`, createdAt: index }),
    ),
    (generation) =>
      store.flush([
        {
          _tag: "Insert",
          generation,
          input: {},
          event: { version: 1, at: 0, kind: "accepted", message: "accepted" },
        },
      ]),
    { discard: true },
  ),
).pipe(Effect.provide(SqliteStore.layer({ filename })), Effect.runPromise)
