/**
 * Acme, a vendor that does not exist: the least that has everything a provider can have. Its films are
 * made by `POST /videos`, asked for and taken back under `/videos/ID`, listed under `/videos`; errors
 * are `{"error":{"code","message"}}`; the key is the whole of the authentication.
 */
import { createHash, createHmac, randomInt, randomUUID } from "node:crypto"
import type { Account, Answer, Call, Dialect, Received, Task, World } from "@zoetrope/simulator"

export const dialect: Dialect = {
  name: "acme",
  models: [
    { key: "film-1", pace: { queuedSeconds: 5, generatingSeconds: 20 }, limits: {} },
    { key: "sketch", pace: { queuedSeconds: 1, generatingSeconds: 5 }, limits: {} },
  ],
  retentionSeconds: 12 * 3600,
  linkSeconds: 3600,
  open: (world) => {
    const marks = new Map<Task, string>()
    const stateOf = (task: Task): object => {
      const phase = task.phase()
      if (phase._tag === "Forgotten") return refusal("NotHere")
      switch (phase._tag) {
        case "Queued":
          return { state: "waiting" }
        case "Generating":
          return { state: "working", progress: Math.floor(phase.progress * 100) }
        case "Failed":
          return phase.code === "cancelled"
            ? { state: "cancelled" }
            : { state: "failed", ...refusal(phase.code ?? "FilmSpoilt") }
        case "Succeeded": {
          const { md5, size: bytes } = phase.file
          return { state: "ready", url: world.link(task), seconds_left: 3600, bytes, md5 }
        }
      }
    }
    const byId = (account: Account, id: string): Task | undefined => {
      const task = world.task(id)
      return task?.account === account.id ? task : undefined
    }

    const answer = async (request: Received): Promise<Answer> => {
      const account = accountOf(world, request)
      if (account === undefined) return refused("BadKey")
      const id = /^\/videos\/([^/]+)$/.exec(request.path)?.[1]
      const task = id === undefined ? undefined : byId(account, decodeURIComponent(id))
      switch (`${request.method} ${id === undefined ? request.path : "/videos/ID"}`) {
        case "GET /credits":
          return json(200, { remaining: 120 })
        case "GET /videos":
          return json(200, {
            videos: [...marks].map(([{ id: task_id }, mark]) => ({ task_id, mark })),
          })
        case "GET /videos/ID":
          return task === undefined ? refused("NotHere") : { ...shown(stateOf(task)), task }
        case "DELETE /videos/ID":
          if (task === undefined) return refused("NotHere")
          return world.cancel(task, "cancelled")
            ? json(200, { cancelled: true })
            : refused("TooLate")
        case "POST /videos":
          return submit(account, request)
        default:
          return refused("NotHere")
      }
    }
    const callBack = (account: Account, task: Task, address: string, state: string): void =>
      world.callBack(task, {
        address,
        state,
        retries: 0,
        retrySeconds: 0,
        compose: () => {
          const { pathname, search } = new URL(address)
          const [date, nonce] = [new Date(world.clock.wall()).toUTCString(), randomUUID()]
          const text = ["POST", pathname, search.slice(1), date, nonce].join("\n")
          const signature = createHmac("sha256", account.secret).update(text).digest("base64")
          return { headers: { Date: date, Nonce: nonce, Signature: signature }, body: "{}" }
        },
      })
    const submit = (account: Account, request: Received): Answer => {
      const { callback, mark, model, prompt, ...rest } = bodyOf(request)
      if (Object.keys(rest).length > 0 || typeof prompt !== "string" || prompt.length > 40) {
        return refused("BadRequest")
      }
      const made = world.accept({
        // 19 digits, odd, beyond 2^53: no double is equal to it.
        id: String(7_000_000_000_000_000_001n + BigInt(randomInt(2 ** 40)) * 1024n),
        model: String(model),
        account: account.id,
        inputDigest: createHash("sha256").update(request.body).digest("hex"),
        seconds: 1,
        film: { source: { seed: prompt }, width: 64, height: 48, frames: 4, fps: 12 },
        ...(typeof callback === "string"
          ? { watch: (task, phase) => callBack(account, task, callback, phase._tag) }
          : {}),
      })
      if (made === undefined) return refused("TooManyTasks")
      marks.set(made, String(mark))
      return { ...json(200, { task_id: made.id }), task: made, account: account.id }
    }

    return {
      route: (request): Call | undefined => {
        if (!/^\/(videos|credits)(\/|$)/.test(request.path)) return undefined
        const operation =
          request.method === "POST"
            ? "submit"
            : request.method === "GET" && request.path.startsWith("/videos/")
              ? "poll"
              : "other"
        const model = operation === "submit" ? String(bodyOf(request)["model"]) : undefined
        return { operation, name: operation, model, request, answer: () => answer(request) }
      },
      ordered: (order, { operation }) => {
        switch (order._tag) {
          case "Status":
            return { ...refused(byStatus[order.status] ?? "BadRequest"), status: order.status }
          case "Code":
            return operation === "poll" && order.code.startsWith("Film")
              ? json(200, { state: "failed", ...refusal(order.code) })
              : refused(order.code)
          case "State":
            return json(200, { state: order.state })
        }
      },
    }
  },
}

const byStatus: Readonly<Record<number, string>> = {
  401: "BadKey",
  403: "NoAccess",
  404: "NotHere",
  429: "TooFast",
  500: "Broken",
  502: "Unavailable",
  503: "Unavailable",
  504: "Unavailable",
}

const statuses: Readonly<Record<string, number>> = {
  BadKey: 401,
  NoAccess: 403,
  NotHere: 404,
  TooLate: 409,
  TooFast: 429,
  TooManyTasks: 429,
  Broken: 500,
  Unavailable: 503,
}

const accountOf = (world: World, { headers }: Received): Account | undefined =>
  world.accounts.find(({ secret }) => headers["authorization"] === `Key ${secret}`)

const refusal = (code: string) => ({ error: { code, message: `said of ${code}` } })

const refused = (code: string): Answer => ({
  ...json(statuses[code] ?? 400, refusal(code)),
  code,
})

const shown = (state: object): Answer =>
  "error" in state && !("state" in state) ? refused("NotHere") : json(200, state)

const json = (status: number, body: object): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
})

const bodyOf = ({ body }: Received): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(Buffer.from(body).toString("utf8")) as Record<string, unknown>
  } catch {
    return {}
  }
}
