/**
 * The callbacks that tell a customer how a task stands: sent when it begins to be processed and when
 * it ends, signed with the key that created it. The signature covers method, path, query, date and
 * nonce. It does not cover the body.
 *
 * @see https://platform.vidu.com/docs/callback-signature (copy of 2026-08)
 */
import { createHmac, randomUUID } from "node:crypto"
import type { Callback, Phase, World } from "@zoetrope/simulator"
import { creationsOf } from "./Creations.ts"
import type { Job } from "./Jobs.ts"
import type { ViduSettings } from "./settings.ts"
import { errCodeOf, stateOf } from "./States.ts"

/** "If sending fails, three times", for the two states that end a task. */
const RETRIES = 3

/** For a phase that has just begun. */
export const callbackOf = (
  job: Job,
  phase: Phase,
  world: World,
  settings: Required<ViduSettings>,
): Callback => ({
  address: job.order.callbackUrl,
  state: stateOf(job, phase, world.clock.now()),
  retries: phase._tag === "Generating" ? 0 : RETRIES,
  retrySeconds: settings.callbackRetrySeconds,
  compose: ({ state, forged }) => ({
    headers: {
      "Content-Type": "application/json",
      ...signedHeaders(job.order.callbackUrl, {
        key: forged ? `${job.account.secret}-forged` : job.account.secret,
        date: new Date(world.clock.wall()).toUTCString(),
        nonce: randomUUID(),
      }),
    },
    // The documented sample has neither the task's id nor its payload.
    body: JSON.stringify({
      [settings.callbackState]: state,
      err_code: errCodeOf(phase),
      creations: creationsOf(job, phase, world),
    }),
  }),
})

const ACCESS_KEY = "vidu"

export const signedHeaders = (
  address: string,
  { key, date, nonce }: { readonly key: string; readonly date: string; readonly nonce: string },
): Readonly<Record<string, string>> => {
  const { pathname, search } = new URL(address)
  const text =
    `POST\n${pathname}\n${search.slice(1)}\n${ACCESS_KEY}\n${date}\n` +
    `Date:${date}\nx-request-nonce:${nonce}\n`
  return {
    Date: date,
    "x-request-nonce": nonce,
    "X-HMAC-SIGNED-HEADERS": "Date;x-request-nonce",
    "X-HMAC-ALGORITHM": "hmac-sha256",
    "X-HMAC-ACCESS-KEY": ACCESS_KEY,
    "X-HMAC-SIGNATURE": createHmac("sha256", key).update(text).digest("base64"),
  }
}
