/**
 * A web route that streams progress as server-sent events, with nothing but Node.
 *
 * One request starts the task and is a payment; another one listens, as often as it likes. A browser's
 * EventSource connects again by itself whenever a connection ends, so a route that did both would pay
 * again each time.
 *
 *   ./zoe exec node examples/stream-progress.ts
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { InvalidInput, open, secret, TaskError, toHandle } from "@zoetrope/node/promises"
import { demoAccount, makeSimulator } from "@zoetrope/simulator"
import { Models, Provider } from "@zoetrope/volc-cv"
import { dialect } from "@zoetrope/volc-cv/simulator"

const simulator = await makeSimulator({ dialects: [dialect], speed: 20 })
const volc = await open(
  Provider.make({
    accessKeyId: demoAccount.id,
    secretAccessKey: secret(demoAccount.secret),
    baseUrl: simulator.url,
  }),
)

/** `POST /videos?prompt=…` answers with the handle, which is all that has to be kept. */
const start = async (prompt: string, response: ServerResponse) => {
  try {
    const { ref } = await volc.submit(Models.jimengVideo30Pro, { prompt })
    response.writeHead(201).end(toHandle(ref))
  } catch (error) {
    if (!(error instanceof TaskError)) throw error
    response.writeHead(error.reason instanceof InvalidInput ? 400 : 502).end(error.message)
  }
}

/** `GET /videos/HANDLE` tells every poll, and the end. It costs nothing. */
const follow = async (handle: string, response: ServerResponse) => {
  const send = (event: string, data: unknown) =>
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  const left = new AbortController()
  response.on("close", () => left.abort())
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" })
  try {
    const { state } = await volc.wait(handle, {
      poll: { floor: 0.2, ceiling: 0.4 },
      signal: left.signal,
      onState: (event) => {
        if (event._tag === "Polled") send("progress", event.state._tag)
      },
    })
    send("done", state.outputs[0].url)
  } catch (error) {
    // Also when the reader has left: then nobody hears it, and the task goes on.
    if (!(error instanceof TaskError)) throw error
    send("failed", error.message)
  }
  response.end()
}

const route = async (request: IncomingMessage, response: ServerResponse) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost")
  const handle = /^\/videos\/(.+)$/.exec(pathname)?.[1]
  if (request.method === "POST" && pathname === "/videos") {
    await start(searchParams.get("prompt") ?? "", response)
  } else if (request.method === "GET" && handle !== undefined) {
    await follow(handle, response)
  } else {
    response.writeHead(404).end()
  }
}

const server = createServer((request, response) => {
  route(request, response).catch((error: unknown) => {
    console.error(error)
    response.destroy()
  })
}).listen(0, "127.0.0.1")
await once(server, "listening")
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

// From here on it is the browser's side: start, listen, lose the connection, listen again.
const started = await fetch(`${address}/videos?prompt=A+quiet+harbour`, { method: "POST" })
const video = `${address}/videos/${await started.text()}`

const lost = new AbortController()
const first = await fetch(video, { signal: lost.signal })
for await (const chunk of first.body!.pipeThrough(new TextDecoderStream())) {
  process.stdout.write(chunk)
  break
}
lost.abort()
console.log("(the connection is lost)\n")

const second = await fetch(video)
console.log(await second.text())

server.close()
console.log(`tasks paid: ${simulator.ledger().totals.accepted}`)
await simulator.close()
