/** The service of both contenders, in a process of its own: it reads each request and answers at once. */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { answers } from "./load.ts"

const bodies = new Map(
  Object.entries(answers).map(([action, answer]) => [action, JSON.stringify(answer)]),
)

const server = createServer((request, response) => {
  const action = new URLSearchParams(request.url?.split("?")[1]).get("Action") ?? ""
  const signed = request.headers.authorization?.startsWith("HMAC-SHA256 ") === true
  request.resume().once("end", () => {
    const body = bodies.get(action) ?? ""
    response.writeHead(body !== "" && signed ? 200 : 400, {
      "content-type": "application/json",
      "content-length": body.length,
    })
    response.end(body)
  })
})
server.listen(0, "127.0.0.1", () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.once("disconnect", () => server.close().closeAllConnections())
