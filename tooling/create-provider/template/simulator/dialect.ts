/**
 * Placeholder Name's service as a dialect of the simulator. Written from the document alone; it shares
 * no line with the adapter in `../src`, so that each can find the other's mistakes.
 *
 * @see https://placeholder-name.example/docs (read UNFINISHED)
 */
import type { Account, Answer, Call, Dialect, Received, Task, World } from "@zoetrope/simulator"
import { createHash, randomInt, randomUUID } from "node:crypto"
import { codes } from "./Codes.ts"

/** Give it to `makeSimulator`. A key is an account's `secret`. */
export const dialect: Dialect = {
  name: "placeholder-name",
  // UNFINISHED: each model by the vendor's own name, how long its tasks take, and its limits.
  models: [
    {
      key: "model-1",
      pace: { queuedSeconds: 10, generatingSeconds: 60 },
      limits: {},
    },
  ],
  // UNFINISHED: how long a task can be asked for, and how long a link lives.
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

/** UNFINISHED: the paths of the vendor's calls, and where the key stands. */
const route = (world: World, request: Received): Call | undefined => {
  const [, id] = /^\/tasks(?:\/([^/]+))?$/.exec(request.path) ?? [undefined]
  const endpoint = `${request.method} ${id === undefined ? request.path : "/tasks/ID"}`
  const body = bodyOf(request)
  const admitted = (answer: (account: Account) => Answer) => async () => {
    const account = world.accounts.find(
      ({ secret }) => request.headers["authorization"] === `Bearer ${secret}`,
    )
    if (account === undefined) return refusal("UNFINISHED-wrong-key")
    if (account.denied === true) return refusal("UNFINISHED-not-entitled")
    if (world.tooFast(account.id, "model-1")) return refusal("UNFINISHED-too-fast")
    return { ...answer(account), account: account.id }
  }
  switch (endpoint) {
    case "POST /tasks":
      return {
        operation: "submit",
        name: "submit",
        model: body["model"] === "model-1" ? "model-1" : undefined,
        request,
        answer: admitted((account) => start(world, account, request, body)),
      }
    case "GET /tasks/ID":
      return {
        operation: "poll",
        name: "poll",
        model: "model-1",
        request,
        answer: admitted((account) => show(world, account, id ?? "")),
      }
    default:
      return undefined
  }
}

/** UNFINISHED: what the document allows in a submit, and the film of a task that was accepted. */
const start = (
  world: World,
  account: Account,
  request: Received,
  { model, prompt, ...rest }: Body,
): Answer => {
  const fits =
    model === "model-1" &&
    typeof prompt === "string" &&
    prompt !== "" &&
    Object.keys(rest).length === 0
  if (!fits) return refusal("UNFINISHED-invalid-request")
  if (world.tooMany(account.id, "model-1")) return refusal("UNFINISHED-too-many")
  const task = world.accept({
    id: newId(),
    model: "model-1",
    account: account.id,
    inputDigest: createHash("sha256").update(request.body).digest("hex"),
    // Seconds of video that are billed.
    seconds: 5,
    film: { source: { seed: prompt }, width: 320, height: 180, frames: 120, fps: 24 },
  })
  return task === undefined
    ? refusal("UNFINISHED-internal")
    : { ...json(200, { task_id: task.id }), task }
}

/** UNFINISHED: the vendor's words for the states of a task, and what stands beside them. */
const show = (world: World, account: Account, id: string): Answer => {
  const task = world.task(id)
  if (task === undefined || task.account !== account.id) return refusal("UNFINISHED-not-found")
  const phase = task.phase()
  switch (phase._tag) {
    case "Forgotten":
      return refusal("UNFINISHED-not-found")
    case "Queued":
      return about(task, { state: "queued" })
    case "Generating":
      return about(task, { state: "running" })
    case "Succeeded":
      return about(task, { state: "succeeded", url: world.link(task) })
    case "Failed":
      return about(task, {
        state: "failed",
        ...errorOf(phase.code ?? "UNFINISHED-generation-failed"),
      })
  }
}

const about = (task: Task, body: object): Answer => ({
  ...json(200, { task_id: task.id, ...body }),
  task,
})

/** UNFINISHED: the form of the vendor's ids. As it is: 19 digits, odd, beyond 2^53, so no double is equal. */
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

/** UNFINISHED: the header with the service's own id of the call, if there is one. */
const json = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/json", "x-request-id": randomUUID() },
  body: JSON.stringify(body),
})

/** The first code of the table with this status; a fault of the service's own where it has none. */
const codeOf = (status: number): string =>
  Object.keys(codes).find((code) => codes[code]?.http === status) ??
  (status < 500 ? "UNFINISHED-invalid-request" : "UNFINISHED-internal")
