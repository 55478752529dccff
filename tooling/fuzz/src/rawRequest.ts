/** Requests that no client's library would send: heads that are broken, doubled, endless. */
import type { Case } from "./Case.ts"
import type { Chance } from "./Chance.ts"
import type { Operation } from "./Contract.ts"

export const rawRequest = (chance: Chance, number: number, operation: Operation): Case => ({
  number,
  operation: undefined,
  method: operation.method,
  path: operation.template,
  headers: [],
  body: Buffer.from(chance.pick(heads)(operation.method, operation.template), "latin1"),
  caller: "none",
  manner: "raw",
})

type Head = (method: string, path: string) => string

/** Each of them is wrong: the only good answers are a refusal and the end of the connection. */
const heads: readonly [Head, ...ReadonlyArray<Head>] = [
  (method, path) => `${method} ${path} HTTP/1.1\r\n\r\n`,
  (method, path) =>
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na`,
  (method, path) =>
    `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  (method, path) => `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n`,
  (method, path) => `${method} ${path} HTTP/1.1\r\nHost: a\r\nA: ${"b".repeat(20_000)}\r\n\r\n`,
  (method) => `${method} /${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  (method, path) => `${method} ${path} HTTP/9.9\r\nHost: a\r\n\r\n`,
  (method, path) => `${method} ${path}\u0000 HTTP/1.1\r\nHost: a\r\n\r\n`,
  (method, path) => `${method} ${path} HTTP/1.1\r\nHost: a\r\nB\u0000d: c\r\n\r\n`,
  (method, path) => `${method} ${path} HTTP/1.1\r\nHost: a\r\n: c\r\n\r\n`,
  (_, path) => `GARBAGE ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
  () => "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
  () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  (method, path) => `${method} ${path} HTTP/1.1\r\nHost: a\r\nNever`,
]
