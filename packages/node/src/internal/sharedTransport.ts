/**
 * One transport for all accounts of the process: made for the first that needs it, closed after the
 * last has given it back. Its idle sockets keep no process alive.
 */
import { Effect, Exit, Scope } from "effect"
import type { HttpClient } from "effect/http"

export interface Borrowed {
  readonly http: HttpClient.HttpClient
  /** Once. */
  readonly giveBack: () => Promise<void>
}

interface Shared {
  borrowers: number
  readonly scope: Scope.Closeable
  readonly http: Promise<HttpClient.HttpClient>
}

let shared: Shared | undefined

/** Rejects with `InvalidProxy` where a proxy variable cannot be used. */
export const borrow = async (): Promise<Borrowed> => {
  const current = (shared ??= make())
  current.borrowers += 1
  const giveBack = async () => {
    current.borrowers -= 1
    if (current.borrowers > 0) return
    if (shared === current) shared = undefined
    await Effect.runPromise(Scope.close(current.scope, Exit.void))
  }
  try {
    return { http: await current.http, giveBack }
  } catch (error) {
    await giveBack()
    throw error
  }
}

const make = (): Shared => {
  const scope = Scope.makeUnsafe()
  const http = import("../Transport.ts").then((Transport) =>
    Effect.runPromise(Scope.provide(Transport.make(), scope)),
  )
  return { borrowers: 0, scope, http }
}
