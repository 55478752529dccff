/** Sends one case and tells what came of it. Nothing that a server does can make it wait for ever. */
import { type Agent, type ClientRequest, type IncomingMessage, request as open } from "node:http"
import { connect } from "node:net"
import type { Answer } from "./Contract.ts"
import type { Caller, Case } from "./Case.ts"

export type Outcome =
  | { readonly _tag: "Answered"; readonly answer: Answer }
  /** The server ended the connection; where a body never came that is right. */
  | { readonly _tag: "Closed"; readonly why: string }
  | { readonly _tag: "Hung" }

export interface Target {
  readonly url: string
  /** Whose connections are used again; `false` for a new one. */
  readonly agent: Agent | false
  readonly keys: Readonly<Record<Caller, string | undefined>>
}

/** Milliseconds: much longer than the server's own patience with a request that does not come. */
const patience = 20_000

/** Milliseconds for which a stream of events is listened to. */
const listenFor = 50

/** Bytes of an answer that are read; no answer in words is longer. */
const mostRead = 4 * 1024 * 1024

export const send = async (one: Case, target: Target): Promise<Outcome> => {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const timer = setTimeout(() => resolve({ _tag: "Hung" }), patience)
  const end = one.manner === "raw" ? sendRaw(one, target, resolve) : sendCase(one, target, resolve)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    end()
  }
}

type Tell = (outcome: Outcome) => void

const sendCase = (one: Case, target: Target, tell: Tell): (() => void) => {
  const { agent, keys, url } = target
  const { hostname, port } = new URL(url)
  const key = keys[one.caller]
  const isWhole = one.manner === "whole" || one.manner === "chunked"
  const request = open({
    agent: isWhole ? agent : false,
    hostname,
    port,
    method: one.method,
    path: one.path,
    headers: [
      "host",
      `${hostname}:${port}`,
      ...(key === undefined ? [] : ["authorization", `Bearer ${key}`]),
      ...one.headers.flat(),
      ...framing(one),
    ],
  })
  request.on("response", (response) => read(response, tell))
  let end = (): void => {
    if (!isWhole) request.destroy()
  }
  request.on("error", (error) => {
    // A connection that was kept may end just when it is used again, as after a body that was not read.
    if (request.reusedSocket) end = sendCase(one, { ...target, agent: false }, tell)
    else tell({ _tag: "Closed", why: error.message })
  })
  request.on("close", () => {
    if (!request.reusedSocket) tell({ _tag: "Closed", why: "without an answer" })
  })
  write(request, one)
  return () => end()
}

/** Always said: for some methods Node's client would send a body without any. */
const framing = ({ body, manner }: Case): ReadonlyArray<string> => {
  if (body === undefined) return []
  return manner === "chunked"
    ? ["transfer-encoding", "chunked"]
    : ["content-length", String(body.length)]
}

const write = (request: ClientRequest, { body, manner }: Case): void => {
  if (body === undefined) return void request.end()
  switch (manner) {
    case "cut":
      request.write(body.subarray(0, Math.floor(body.length / 2)), () =>
        setTimeout(() => request.destroy(), 20),
      )
      return
    case "stuck":
      request.write(body.subarray(0, Math.floor(body.length / 2)))
      return
    case "chunked":
      request.write(body.subarray(0, Math.floor(body.length / 2)))
      request.end(body.subarray(Math.floor(body.length / 2)))
      return
    default:
      request.end(body)
  }
}

const read = (response: IncomingMessage, tell: Tell): void => {
  const status = response.statusCode ?? 0
  const mediaType = response.headers["content-type"]?.split(";")[0]
  const chunks: Array<Buffer> = []
  let bytes = 0
  const answer = (body: Buffer | undefined) =>
    tell({ _tag: "Answered", answer: { status, mediaType, body } })
  if (mediaType === "text/event-stream") {
    setTimeout(() => {
      answer(undefined)
      response.destroy()
    }, listenFor)
  }
  response.on("data", (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= mostRead) chunks.push(chunk)
  })
  response.on("end", () => answer(bytes <= mostRead ? Buffer.concat(chunks) : undefined))
  response.on("error", (error) => tell({ _tag: "Closed", why: error.message }))
}

const sendRaw = ({ body }: Case, { url }: Target, tell: Tell): (() => void) => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let text = ""
  socket.on("connect", () => socket.write(body ?? Buffer.alloc(0)))
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1")
    const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? []
    if (status === undefined) return
    const answer: Answer = { status: Number(status), mediaType: undefined, body: undefined }
    tell({ _tag: "Answered", answer })
  })
  socket.on("error", (error) => tell({ _tag: "Closed", why: error.message }))
  socket.on("close", () => tell({ _tag: "Closed", why: "without an answer" }))
  return () => socket.destroy()
}
