/** Loopback servers for the tests of this package: real sockets, closed with the scope. */
import { Effect, Schedule, type Scope } from "effect"
import { readFileSync } from "node:fs"
import { createServer as createHttpServer, type RequestListener } from "node:http"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
} from "node:tls"

const fixture = (name: string): string =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8")

const certificate = fixture("tls-cert.pem")
const tlsOptions = { key: fixture("tls-key.pem"), cert: certificate }

export interface Listening {
  readonly port: number
  /** Every connection so far, in order. */
  readonly sockets: ReadonlyArray<Socket>
  readonly open: () => number
}

const listen = (server: Server): Effect.Effect<Listening, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const sockets: Array<Socket> = []
      server.on("connection", (socket: Socket) => {
        sockets.push(socket)
        socket.on("error", () => {})
      })
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
      const { port } = server.address() as AddressInfo
      const open = () => sockets.filter((socket) => !socket.destroyed).length
      return { port, sockets, open }
    }),
    ({ sockets }) =>
      Effect.promise(async () => {
        const closed = new Promise((resolve) => server.close(resolve))
        for (const socket of sockets) socket.destroy()
        await closed
      }),
  )

/** Plain TCP; what happens to a connection is the test's business. */
export const tcp = (onConnection: (socket: Socket) => void) => listen(createServer(onConnection))

/** TLS with the self-signed certificate; `onRequest` has the connection after its handshake. */
export const tls = (onConnection: (socket: Socket) => void) =>
  listen(
    createTlsServer(tlsOptions, (socket) => {
      socket.on("error", () => {})
      onConnection(socket)
    }).on("tlsClientError", () => {}),
  )

/** Node's HTTP/1.1 server, which keeps idle connections. */
export const http = (listener: RequestListener) =>
  listen(createHttpServer({ keepAliveTimeout: 60_000 }, listener))

/** Waits for a request's head, then does what it is told. */
export const afterHead = (then: (socket: Socket, head: string) => void) => (socket: Socket) => {
  let seen = ""
  socket.on("data", (chunk) => {
    seen += chunk.toString("latin1")
    const end = seen.indexOf("\r\n\r\n")
    if (end < 0) return
    const head = seen.slice(0, end)
    seen = ""
    then(socket, head)
  })
}

/** A proxy that tunnels every CONNECT to one loopback port, whatever host is asked for. */
export const connectProxy = (to: { port: number }) => {
  const heads: Array<string> = []
  return Effect.map(
    tcp((socket) => {
      socket.once("data", (chunk) => {
        const head = chunk.toString("latin1")
        heads.push(head)
        const target = connect(to.port, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
          socket.pipe(target)
          target.pipe(socket)
        })
        target.on("error", () => socket.destroy())
        socket.on("close", () => target.destroy())
      })
    }),
    (listening) => ({ ...listening, heads }),
  )
}

/** A loopback port where nothing listens. */
export const closedPort = Effect.scoped(
  Effect.map(
    tcp(() => {}),
    ({ port }) => port,
  ),
)

/** While the scope lasts, this process trusts the certificate of `tls`. */
export const trusted = Effect.acquireRelease(
  Effect.sync(() => {
    const before = getCACertificates("default")
    setDefaultCACertificates([...before, certificate])
    return before
  }),
  (before) => Effect.sync(() => setDefaultCACertificates(before)),
)

/** Waits for a state that real sockets reach in their own time; at most a second. */
export const until = (reached: () => boolean) =>
  Effect.sync(reached).pipe(
    Effect.repeat({ schedule: Schedule.spaced("5 millis"), until: (yes) => yes }),
    Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.die("never reached") }),
  )
