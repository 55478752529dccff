/** What is asked of the engine, and what it answers once that is recorded. */
import type { Generation } from "./Generation.ts"

/** One generation that is wanted. */
export interface Request {
  /** Its id, or the vendor's own name for it. */
  readonly model: string
  /** As `Task.prepare` takes it: files as bytes. */
  readonly input: unknown
  /** Name of the account that pays. Default: the first that has the model. */
  readonly account?: string | undefined
  /** The caller's own: the same again gives the same generation, and nothing new is paid. */
  readonly key?: string | undefined
  /** How many more tasks may be made, and paid, after documented retryable failures. Default 1. */
  readonly remakes?: number | undefined
  /** Whose it is, where one store serves several. Default: nobody's in particular. */
  readonly owner?: string | undefined
}

/** A generation that is on the disk: a crash does not take it away any more. */
export interface Accepted {
  readonly generation: Generation
  /** Whether it was made by this call; otherwise its key, or its task, was there before. */
  readonly isNew: boolean
  readonly warnings: ReadonlyArray<string>
}
