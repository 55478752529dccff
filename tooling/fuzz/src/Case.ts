/** One request as it is sent, and whose it is. */
import type { Operation } from "./Contract.ts"

export interface Case {
  /** From 0; with the seed it decides everything else. */
  readonly number: number
  /** Whose document the answer is held against; `undefined` where no operation is meant. */
  readonly operation: Operation | undefined
  readonly method: string
  /** As it stands in the request line. */
  readonly path: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: Buffer | undefined
  readonly caller: Caller
  readonly manner: Manner
}

/** Which key it carries: one that may do everything, one of somebody else's, one that nobody has, or none. */
export type Caller = "admin" | "other" | "wrong" | "none"

/**
 * - `whole`: with its length; `chunked`: without.
 * - `cut`: the connection ends in the middle of the body.
 * - `stuck`: the rest of the body never comes.
 * - `raw`: `body` is all that is sent, head and all.
 */
export type Manner = "whole" | "chunked" | "cut" | "stuck" | "raw"

/** In one line, for whoever looks for the cause. */
export const describe = ({ body, caller, headers, manner, method, number, path }: Case): string =>
  [
    `case ${number}: ${manner === "raw" ? "raw" : `${method} ${path.slice(0, 200)}`} (${caller}, ${manner})`,
    ...headers.map(([name, value]) => `${name}: ${value.slice(0, 100)}`),
    ...(body === undefined
      ? []
      : [`${body.length} bytes: ${body.subarray(0, 300).toString("latin1")}`]),
  ].join("\n      ")
