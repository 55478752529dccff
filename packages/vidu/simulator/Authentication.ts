/** Whose key a request carries. A key is an account's `secret`; keys of one organisation share all else. */
import { createHash, timingSafeEqual } from "node:crypto"
import type { Account, Received, World } from "@zoetrope/simulator"
import { Refusal } from "./Envelope.ts"

/** Throws `Refusal`. */
export const admit = (request: Received, world: World, scheme: "Token" | "Bearer"): Account => {
  const [, given, key = ""] = /^(\w+) (\S+)$/.exec(request.headers["authorization"] ?? "") ?? []
  const account =
    given === scheme ? world.accounts.find(({ secret }) => same(key, secret)) : undefined
  if (account === undefined) throw new Refusal("Unauthorized")
  if (account.denied === true) throw new Refusal("Forbidden")
  return account
}

export const organisationOf = (account: Account): string => account.organisation ?? account.id

/** In a time that tells nothing of the key; digests are equally long. */
const same = (given: string, expected: string): boolean =>
  timingSafeEqual(digestOf(given), digestOf(expected))

const digestOf = (text: string): Buffer => createHash("sha256").update(text).digest()
