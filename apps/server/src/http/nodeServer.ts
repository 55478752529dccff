/** Node's HTTP server, with bounds on what a connection may cost before and beside a request. */
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { Socket } from "node:net"
import { tameMultipartFaults } from "./multipartFaults.ts"

/** Times in milliseconds. */
export interface Bounds {
  /** In which the head of a request must have come. */
  readonly head: number
  /** In which all of a request must have come: 48 MiB in two minutes is a slow line, and slower is no line. */
  readonly request: number
  /** After which a connection is closed on which nothing moves. Event streams have a heartbeat. */
  readonly silence: number
  /** Open at once; more are closed as they come. Default 4096. */
  readonly connections: number
}

export const defaultBounds: Bounds = {
  head: 10_000,
  request: 120_000,
  silence: 90_000,
  connections: 4096,
}

const mostHeaders = 100

/** Node 24 refuses these by itself; Node 22 leaves some of them out and goes on. */
export const hasTooManyHeaders = ({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): boolean =>
  rawHeaders.length > 2 * mostHeaders

/** Node takes the first one, and a proxy in front may have judged by the other. */
export const hasSeveralHosts = ({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): boolean =>
  rawHeaders.filter((text, place) => place % 2 === 0 && text.toLowerCase() === "host").length > 1

export const nodeServer = ({ connections, head, request, silence }: Bounds): Server => {
  tameMultipartFaults()
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: head,
    requestTimeout: request,
    connectionsCheckingInterval: Math.min(1000, head),
    keepAliveTimeout: 30_000,
    requireHostHeader: true,
  })
  server.maxHeadersCount = mostHeaders
  server.maxConnections = connections
  server.timeout = silence
  const open = new Set<Socket>()
  sockets.set(server, open)
  server.on("connection", (socket) => {
    open.add(socket)
    socket.once("close", () => open.delete(socket))
  })
  return server
}

/**
 * Closes what nobody waits on: the connections that Node calls idle, and those that have not said a word
 * yet, as clients and proxies open them in advance, which Node 24 leaves open.
 */
export const closeIdle = (server: Server): void => {
  server.closeIdleConnections()
  for (const socket of sockets.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy()
}

const sockets = new WeakMap<Server, Set<Socket>>()
