/**
 * The routes under `/_simulator/`, for programs in other processes: the ledger, faults, the clock
 * and inputs, each as the in-process API has it. They answer only requests that name the
 * simulator's own address and do not come from a web page.
 */
import type { Answer, Received } from "./Dialect.ts"
import { InvalidInput } from "./InvalidInput.ts"
import type { Simulator } from "./Simulator.ts"

export const adminPrefix = "/_simulator/"

export const adminAnswer = (simulator: Simulator, request: Received): Answer => {
  const own = new URL(simulator.url).host
  if (request.headers["host"] !== own || request.headers["origin"] !== undefined) {
    return json(403, { error: `only for requests to http://${own}, and not from a web page` })
  }
  try {
    return answerOf(simulator, request)
  } catch (cause) {
    if (cause instanceof InvalidInput) return json(400, { error: cause.message })
    if (cause instanceof SyntaxError) return json(400, { error: `not JSON: ${cause.message}` })
    throw cause
  }
}

const answerOf = (simulator: Simulator, request: Received): Answer => {
  const route = `${request.method} ${request.path}`
  switch (route) {
    case "GET /_simulator/ledger":
      return json(200, simulator.ledger())
    case "GET /_simulator/faults":
      return json(200, { faults: shownFaults(simulator) })
    case "POST /_simulator/faults":
      simulator.faults.add(...textsOf(bodyOf(request)))
      return json(200, { faults: shownFaults(simulator) })
    case "DELETE /_simulator/faults":
      simulator.faults.clear()
      return json(200, { faults: [] })
    case "GET /_simulator/clock":
      return json(200, shownClock(simulator))
    case "POST /_simulator/clock":
      simulator.clock.advance(secondsOf(bodyOf(request)))
      return json(200, shownClock(simulator))
    case "GET /_simulator/inputs":
      return json(200, { inputs: simulator.inputs.list() })
    default:
  }
  const name = /^PUT \/_simulator\/inputs\/([^/]+)$/.exec(route)?.[1]
  if (name === undefined) return json(404, { error: `no such route: ${route.slice(0, 200)}` })
  const mediaType = request.headers["content-type"] ?? ""
  return json(200, { url: simulator.inputs.add(decoded(name), request.body, mediaType) })
}

const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { "content-type": "application/json", "cache-control": "no-store" },
  body: `${JSON.stringify(body)}\n`,
})

const bodyOf = (request: Received): unknown =>
  JSON.parse(Buffer.from(request.body).toString("utf8"))

const textsOf = (body: unknown): ReadonlyArray<string> => {
  if (isRecord(body) && Array.isArray(body["faults"])) {
    const faults: ReadonlyArray<unknown> = body["faults"]
    if (faults.every((fault) => typeof fault === "string")) return faults
  }
  throw new InvalidInput("body", JSON.stringify(body), `{"faults": ["poll:503:n=3", …]}`)
}

const secondsOf = (body: unknown): number => {
  if (isRecord(body) && typeof body["advance"] === "number") return body["advance"]
  throw new InvalidInput("body", JSON.stringify(body), `{"advance": SECONDS}`)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new InvalidInput("name", name, "percent-encoded UTF-8")
  }
}

const shownFaults = (simulator: Simulator) =>
  simulator.faults.list().map(({ text, met, spent }) => ({ fault: text, met, spent }))

const shownClock = (simulator: Simulator) => ({
  now: new Date(simulator.clock.now()).toISOString(),
  speed: simulator.clock.speed,
})
