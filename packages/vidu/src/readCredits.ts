/**
 * What an account has left, by the answer of the credits call.
 *
 * @see https://platform.vidu.com/docs/get-account-info (read 2026-11-20)
 */
import type { Credits } from "@zoetrope/core/Provider"
import { readBalances } from "./Schema.ts"

/** One row per kind of package (`test`, `metered`, `concurrent`); `undefined` where the answer has no list. */
export const readCredits = (json: unknown): Credits | undefined => {
  const answer = readBalances(json)
  const list = answer?.remains ?? answer?.remaining_credits
  if (list === undefined) return undefined
  const rows = list
    .filter((row) => row !== undefined)
    .map((row): Credits["rows"][number] => ({
      name: row.type ?? "unnamed",
      remaining: row.credit_remain ?? 0,
      ...(row.concurrency_limit === undefined
        ? {}
        : {
            concurrency: {
              limit: row.concurrency_limit,
              current: row.current_concurrency ?? 0,
              queued: row.queue_count ?? 0,
            },
          }),
    }))
  return { remaining: rows.reduce((sum, row) => sum + row.remaining, 0), rows }
}
