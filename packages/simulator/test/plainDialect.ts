/**
 * The smallest dialect there can be, for tests of what every provider shares: `POST /tasks` with a
 * JSON body, `GET /tasks/ID`, the key id as the whole of the authentication.
 */
import { createHash } from "node:crypto"
import type { Answer, Call, Dialect, Received } from "@zoetrope/simulator"

export const makePlainDialect = (name: string, path: string): Dialect => ({
  name,
  models: [
    {
      key: `${name}-video`,
      pace: { queuedSeconds: 10, generatingSeconds: 40 },
      limits: {},
    },
  ],
  retentionSeconds: 12 * 3600,
  linkSeconds: 3600,
  open: (world) => {
    const model = `${name}-video`
    let accepted = 0
    const submit = async (request: Received): Promise<Answer> => {
      const account = request.headers["authorization"] ?? ""
      const { prompt, fail, frames } = bodyOf(request)
      if (!world.accounts.some(({ id }) => id === account)) return json(401, { code: "NoAccount" })
      if (world.tooFast(account, model)) return json(429, { code: "TooFast" })
      if (world.tooMany(account, model)) return json(429, { code: "TooMany" })
      accepted += 1
      const task = world.accept({
        id: `${path.slice(1, -1)}-${accepted}`,
        model,
        account,
        inputDigest: createHash("sha256").update(request.body).digest("hex"),
        seconds: 5,
        film: {
          source: { seed: String(prompt) },
          width: 64,
          height: 48,
          frames: typeof frames === "number" ? frames : 4,
          fps: 24,
        },
        ...(typeof fail === "string" ? { failure: fail } : {}),
      })
      if (task === undefined) return json(503, { code: "Full" })
      return { ...json(200, { task_id: task.id, state: "queued" }), task, account }
    }
    const poll = async (id: string): Promise<Answer> => {
      const task = world.task(id)
      const phase = task?.phase()
      if (task === undefined || phase === undefined) return json(404, { code: "NotFound" })
      const answer = json(200, {
        state: phase._tag,
        ...(phase._tag === "Generating" ? { progress: phase.progress } : {}),
        ...(phase._tag === "Failed" ? { code: phase.code } : {}),
        ...(phase._tag === "Succeeded" ? { url: world.link(task), size: phase.file.size } : {}),
      })
      return { ...answer, task }
    }
    return {
      route: (request): Call | undefined => {
        const base = { model, request }
        if (request.method === "POST" && request.path === path) {
          return { ...base, operation: "submit", name: "submit", answer: () => submit(request) }
        }
        if (!request.path.startsWith(`${path}/`)) return undefined
        const id = request.path.slice(path.length + 1)
        return { ...base, operation: "poll", name: "poll", answer: () => poll(id) }
      },
      ordered: (order) =>
        order._tag === "Status"
          ? json(order.status, { code: "Ordered" })
          : order._tag === "Code"
            ? json(400, { code: order.code })
            : json(200, { state: order.state }),
    }
  },
})

/** `POST /tasks`, `GET /tasks/ID`, for the model `plain-video`. */
export const plainDialect = makePlainDialect("plain", "/tasks")

const json = (status: number, body: { readonly [name: string]: unknown }): Answer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
  ...(typeof body["code"] === "string" ? { code: body["code"] } : {}),
})

const bodyOf = (request: Received): Readonly<Record<string, unknown>> => {
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString("utf8"))
    return typeof body === "object" && body !== null ? { ...body } : {}
  } catch {
    return {}
  }
}
