/** The calls of one account that are under way, so that closing it can end them and lose none. */

export interface Calls {
  /** @param run is told of the caller's abort and of the close as one signal */
  readonly add: <A>(
    signal: AbortSignal | undefined,
    run: (signal: AbortSignal) => Promise<A>,
  ) => Promise<A>
  readonly close: () => Promise<void>
}

/** @param release what the account has borrowed; called once, when no call needs it any more */
export const makeCalls = (release: () => Promise<void>): Calls => {
  const closing = new AbortController()
  const running = new Set<Promise<unknown>>()
  let closed: Promise<void> | undefined
  const end = async () => {
    closing.abort(new Error("the account was closed"))
    await Promise.allSettled(running)
    await release()
  }
  return {
    add: <A>(signal: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<A>) => {
      if (closed !== undefined) {
        return Promise.reject(new Error("this account was closed; open it again"))
      }
      const both = signal === undefined ? closing.signal : AbortSignal.any([signal, closing.signal])
      // What is given back is the last link of the chain: a rejection that nobody handles is noticed.
      const call: Promise<A> = run(both).finally(() => running.delete(call))
      running.add(call)
      return call
    },
    close: () => (closed ??= end()),
  }
}
