/**
 * A long line to the server: answers take a while to arrive, and what is on its way dies with the
 * server, as it does with a whole machine. On loopback nothing is on its way for long enough to be hit.
 */
import { connect, createServer, type Socket } from "node:net"

export interface Line {
  readonly url: string
  readonly close: () => void
}

/** Milliseconds. */
const delay = 250

export const startLine = (port: number): Promise<Line> => {
  const sockets = new Set<Socket>()
  const listener = createServer((near) => {
    const far = connect(port, "127.0.0.1")
    const end = () => {
      near.destroy()
      far.destroy()
      sockets.delete(near)
    }
    sockets.add(near)
    near.on("error", end).on("close", end).pipe(far)
    far.on("error", end).on("close", end)
    far.on("data", (bytes) => {
      setTimeout(() => {
        if (!near.destroyed) near.write(bytes)
      }, delay)
    })
  })
  return new Promise((resolve, reject) => {
    listener.once("error", reject)
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address()
      if (address === null || typeof address === "string") return reject(new Error("no address"))
      resolve({
        url: `http://127.0.0.1:${address.port}`,
        close: () => {
          listener.close()
          for (const socket of sockets) socket.destroy()
        },
      })
    })
  })
}
