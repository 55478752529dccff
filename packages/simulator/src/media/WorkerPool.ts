/**
 * Runs jobs in worker threads, a bounded number at a time, each in a thread of its own.
 *
 * A thread per job costs about 50 ms beside renderings of a second, and buys this: a job that
 * crashes takes nothing with it, memory that WebAssembly has grown is given back, and an idle pool
 * holds neither threads nor the process.
 */
import { type Transferable, Worker } from "node:worker_threads"
import { RenderError } from "./RenderError.ts"

export interface WorkerPool {
  /**
   * Waits for a free place, prepares the job and runs it. Resolves with the first message that the
   * worker posts; rejects with a `RenderError` where it dies before that or the pool is closed.
   */
  readonly run: (prepare: () => Promise<Prepared>) => Promise<unknown>
  readonly close: () => Promise<void>
}

/** `data` becomes the worker's `workerData`; the buffers in `transfer` move instead of being copied. */
export interface Prepared {
  readonly data: unknown
  readonly transfer: ReadonlyArray<Transferable>
}

/** `entry` is the module that each worker runs; `size` the number of workers at the same time. */
export const makeWorkerPool = (entry: URL, size: number): WorkerPool => {
  const workers = new Set<Worker>()
  const waiting: Array<() => void> = []
  let free = size
  let closed = false

  const refuseWhenClosed = (): void => {
    if (closed) throw new RenderError("closed", "The renderer was closed.")
  }

  const acquire = async (): Promise<void> => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
  }

  const release = (): void => {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }

  const start = ({ data, transfer }: Prepared): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(entry, {
        workerData: data,
        transferList: [...transfer],
        // Flags of the program (--input-type, --import …) are not meant for this file.
        execArgv: [],
      })
      workers.add(worker)
      worker.once("message", resolve)
      worker.once("error", (cause) => {
        reject(new RenderError("worker", `The render worker failed: ${String(cause)}`, { cause }))
      })
      worker.once("exit", (code) => {
        workers.delete(worker)
        // Of no effect where a message or an error came first.
        reject(
          closed
            ? new RenderError("closed", "The renderer was closed while it rendered.")
            : new RenderError("worker", `The render worker ended early, with exit code ${code}.`),
        )
      })
    })

  return {
    run: async (prepare) => {
      refuseWhenClosed()
      await acquire()
      try {
        refuseWhenClosed()
        const prepared = await prepare()
        refuseWhenClosed()
        return await start(prepared)
      } finally {
        release()
      }
    },
    close: async () => {
      closed = true
      await Promise.all([...workers].map((worker) => worker.terminate()))
    },
  }
}
