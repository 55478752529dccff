/** Node's HTTP server, with bounds on what a connection may cost before and beside a request. */
import { createServer, type Server } from "node:http"

/** Milliseconds. */
const seconds = (count: number): number => count * 1000

export const nodeServer = (): Server => {
  const server = createServer({
    maxHeaderSize: 16 * 1024,
    headersTimeout: seconds(10),
    // Of a whole request: 48 MiB in two minutes is a slow line, and slower is no line.
    requestTimeout: seconds(120),
    connectionsCheckingInterval: seconds(1),
    keepAliveTimeout: seconds(30),
    requireHostHeader: true,
  })
  server.maxHeadersCount = 100
  server.maxConnections = 4096
  // Silence on either side; streams of events have a heartbeat.
  server.timeout = seconds(90)
  return server
}
