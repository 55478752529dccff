/**
 * Acme's service as a dialect of the simulator. Written from the document alone; it shares no line with
 * the adapter in `../src`, so that each can find the other's mistakes.
 *
 * @see https://acme.example/docs/films (read 2026-11-20)
 */
import type { Account, Answer, Call, Dialect, Received, Task, World } from "@zoetrope/simulator"
import { createHash, randomInt, randomUUID } from "node:crypto"
import { codes } from "./Codes.ts"

/** Give it to `makeSimulator`. A key is an account's `secret`. */
export const dialect: Dialect = {
  name: "acme",
  models: [
    {
      key: "film-1",
      pace: { queuedSeconds: 5, generatingSeconds: 25 },
      limits: { callsPerSecond: 5, inFlight: 2 },
    },
  ],
  retentionSeconds: 24 * 3600,
  linkSeconds: 3600,
  open: (world) => ({
    route: (request) => route(world, request),
    ordered: (order) => {
      switch (order._tag) {
        case "Status":
          return refusal(codeOf(order.status), order.status)
        case "Code":
          return codes[order.code]?.http === undefined && order.code in codes
            ? json(200, { state: "failed", ...errorOf(order.code) })
            : refusal(order.code)
        case "State":
          return json(200, { state: order.state })
      }
    },
  }),
}

const route = (world: World, request: Received): Call | undefined => {
  const [, id] = /^\/v1\/films(?:\/([^/]+))?$/.exec(request.path) ?? [undefined]
  const endpoint = `${request.method} ${id === undefined ? request.path : "/v1/films/ID"}`
  const body = bodyOf(request)
  const admitted = (answer: (account: Account) => Answer) => async () => {
    const account = world.accounts.find(({ secret }) => request.headers["x-acme-key"] === secret)
    if (account === undefined) return refusal("bad_key")
    if (account.denied === true) return refusal("not_in_plan")
    if (world.tooFast(account.id, "film-1")) return refusal("too_fast")
    return { ...answer(account), account: account.id }
  }
  switch (endpoint) {
    case "POST /v1/films":
      return {
        operation: "submit",
        name: "make a film",
        model: body["model"] === "film-1" ? "film-1" : undefined,
        request,
        answer: admitted((account) => start(world, account, request, body)),
      }
    case "GET /v1/films/ID":
      return {
        operation: "poll",
        name: "ask for a film",
        model: "film-1",
        request,
        answer: admitted((account) => show(world, account, id ?? "")),
      }
    default:
      return undefined
  }
}

const start = (
  world: World,
  account: Account,
  request: Received,
  { model, prompt, seconds = 4, ...rest }: Body,
): Answer => {
  const fits =
    model === "film-1" &&
    typeof prompt === "string" &&
    prompt !== "" &&
    Array.from(prompt).length <= 200 &&
    (seconds === 4 || seconds === 8) &&
    Object.keys(rest).length === 0
  if (!fits) return refusal("invalid_request")
  if (world.tooMany(account.id, "film-1")) return refusal("too_many")
  const task = world.accept({
    id: newId(),
    model: "film-1",
    account: account.id,
    inputDigest: createHash("sha256").update(request.body).digest("hex"),
    seconds,
    film: { source: { seed: prompt }, width: 320, height: 180, frames: 24 * seconds, fps: 24 },
  })
  return task === undefined ? refusal("internal") : { ...json(200, { id: task.id }), task }
}

const show = (world: World, account: Account, id: string): Answer => {
  const task = world.task(id)
  if (task === undefined || task.account !== account.id) return refusal("not_found")
  const phase = task.phase()
  switch (phase._tag) {
    case "Forgotten":
      return refusal("not_found")
    case "Queued":
    case "Generating":
      return about(task, { state: "working" })
    case "Succeeded":
      return about(task, { state: "ready", url: world.link(task), expires_in: 3600 })
    case "Failed":
      return about(task, { state: "failed", ...errorOf(phase.code ?? "render_failed") })
  }
}

const about = (task: Task, body: object): Answer => ({
  ...json(200, { id: task.id, ...body }),
  task,
})

/** 19 digits, odd, beyond 2^53: no double is equal to it. */
const newId = (): string => String(7_000_000_000_000_000_001n + BigInt(randomInt(2 ** 40)) * 1024n)

type Body = Readonly<Record<string, unknown>>

const bodyOf = ({ body }: Received): Body => {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString("utf8"))
    return typeof value === "object" && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const errorOf = (code: string) => ({ error: { code, message: codes[code]?.message ?? "" } })

const refusal = (code: string, status = codes[code]?.http ?? 400): Answer => ({
  ...json(status, errorOf(code)),
  code,
})

const json = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/json", "x-acme-request": randomUUID() },
  body: JSON.stringify(body),
})

/** The first code of the table with this status; a fault of Acme's own where it has none. */
const codeOf = (status: number): string =>
  Object.keys(codes).find((code) => codes[code]?.http === status) ??
  (status < 500 ? "invalid_request" : "internal")
