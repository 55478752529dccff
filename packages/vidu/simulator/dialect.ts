/**
 * Vidu's API for enterprises as a dialect of the simulator: image to video, its tasks, callbacks and
 * credits. Written from the documents alone; it shares no line with the adapter in `../src`, so that
 * each can find the other's mistakes.
 *
 * The service reads ids, queries and JSON before it looks at the key: a request that cannot be read
 * is told so, whoever sent it.
 */
import type { Account, Answer, Call, Dialect, Received, Service, World } from "@zoetrope/simulator"
import { admit, organisationOf } from "./Authentication.ts"
import { codes } from "./Codes.ts"
import { creationsBody } from "./Creations.ts"
import { creditsBody } from "./Credits.ts"
import { failure, invalid, Refusal, refusalAnswer, success } from "./Envelope.ts"
import { type Job, makeJobs } from "./Jobs.ts"
import { makeCreate } from "./makeCreate.ts"
import { models } from "./Models.ts"
import { type Body, isBody } from "./Parameters.ts"
import { settle, type ViduSettings } from "./settings.ts"
import { stateOf } from "./States.ts"
import { listBody, readListQuery } from "./TaskList.ts"

/** A Vidu dialect with other settings; throws a `RangeError` for those that cannot be. */
export const makeDialect = (settings: ViduSettings = {}): Dialect => {
  const settled = settle(settings)
  return {
    name: "vidu",
    models,
    // No document says how long a task can be asked for.
    retentionSeconds: Number.POSITIVE_INFINITY,
    // Newer documents say 24 hours, older ones one; links of the field say 24.
    linkSeconds: 24 * 3600,
    linkForm: "x-amz",
    open: (world) => openService(world, settled),
  }
}

/** The Vidu dialect: give it to `makeSimulator`. A key is an account's `secret`. */
export const dialect: Dialect = makeDialect()

interface ViduCall extends Call {
  /** The task that the path names, whoever's it is. */
  readonly job: Job | undefined
}

const openService = (world: World, settings: Required<ViduSettings>): Service => {
  const jobs = makeJobs(settings.credits)
  const since = new Date(world.clock.now()).toISOString()
  const create = makeCreate(world, jobs, settings)
  const scheme = settings.relay ? "Bearer" : "Token"

  /** Reads the request, then looks at the key, then does what was asked. */
  const guarded = async <A>(
    request: Received,
    read: () => A,
    answer: (wanted: A, account: Account) => Answer | Promise<Answer>,
  ): Promise<Answer> => {
    let account: string | undefined
    try {
      const wanted = read()
      const admitted = admit(request, world, scheme)
      account = admitted.id
      return { ...(await answer(wanted, admitted)), account }
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      return { ...refusalAnswer(cause), account }
    }
  }

  /** A task of the caller's organisation. */
  const own = (id: string, account: Account): Job => {
    const job = jobs.find(id)
    if (
      job === undefined ||
      organisationOf(job.account) !== organisationOf(account) ||
      job.task.phase()._tag === "Forgotten"
    ) {
      throw new Refusal("TaskNotFound")
    }
    if (world.tooFast(organisationOf(account), job.task.model)) throw new Refusal("TooManyRequests")
    return job
  }

  const cancel = (job: Job): Answer => {
    const state = stateOf(job, job.task.phase(), world.clock.now())
    if (world.cancel(job.task, "UserCancelled")) return { ...success({}), task: job.task }
    // The one documented refusal names a state that no query shows.
    const shown = state === "created" || state === "queueing" ? "scheduled" : state
    throw new Refusal("BadRequest", `task state is ${shown}, can not cancel`)
  }

  const route = (request: Received): ViduCall | undefined => {
    if (!request.path.startsWith(PREFIX)) return undefined
    const endpoint = `${request.method} ${request.path.slice(PREFIX.length)}`
    const [, id = "", what] =
      /^(?:GET|POST) tasks\/([^/]+)\/(creations|cancel)$/.exec(endpoint) ?? []
    const job = jobs.find(id)
    const call = { request, job, model: job?.order.model.key }
    if (endpoint === `GET tasks/${id}/creations` && what !== undefined) {
      return {
        ...call,
        operation: "poll",
        name: "creations",
        answer: () =>
          guarded(
            request,
            () => readId(id),
            (wanted, account) => {
              const found = own(wanted, account)
              const phase = found.task.phase()
              return { ...success(creationsBody(found, phase, world)), task: found.task }
            },
          ),
      }
    }
    if (endpoint === `POST tasks/${id}/cancel` && what !== undefined) {
      return {
        ...call,
        operation: "cancel",
        name: "cancel",
        answer: () =>
          guarded(
            request,
            () => readCancel(id, request),
            (wanted, account) => cancel(own(wanted, account)),
          ),
      }
    }
    switch (endpoint) {
      case "POST img2video": {
        const body = parsed(request)
        const model = models.find(({ key }) => key === body?.["model"])?.key
        return {
          ...call,
          model,
          operation: "submit",
          name: "img2video",
          answer: () =>
            guarded(
              request,
              () => readBody(request, body),
              (wanted, account) =>
                create(wanted, { account, model, size: request.body.byteLength }),
            ),
        }
      }
      case "GET tasks":
        return {
          ...call,
          operation: "list",
          name: "tasks",
          answer: () =>
            guarded(
              request,
              () => readListQuery(request.query),
              (query, account) => success(listBody(query, jobs.of(organisationOf(account)), world)),
            ),
        }
      case "GET credits":
        return {
          ...call,
          operation: "credits",
          name: "credits",
          answer: () =>
            guarded(
              request,
              () => readDetailed(request.query),
              (detailed, account) => {
                const organisation = organisationOf(account)
                return success(creditsBody({ organisation, detailed, since }, jobs, settings))
              },
            ),
        }
      default:
        return {
          ...call,
          operation: "other",
          name: endpoint.slice(0, 100),
          answer: async () => refusalAnswer(new Refusal("NotFound")),
        }
    }
  }

  return {
    route,
    ordered: (order, { request }) => {
      switch (order._tag) {
        case "Status":
          return failure(
            order.status,
            byStatus.get(order.status) ?? "Unknown",
            "ordered by a fault",
          )
        case "Code": {
          const code = codes.get(order.code)
          return failure(code?.status ?? 400, order.code, code?.message ?? "")
        }
        case "State": {
          const job = route(request)?.job
          return success(
            job === undefined
              ? { state: order.state, err_code: "", creations: [] }
              : creationsBody(job, job.task.phase(), world, order.state),
          )
        }
      }
    },
  }
}

const PREFIX = "/ent/v2/"

const byStatus: ReadonlyMap<number, string> = new Map([
  [400, "BadRequest"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [404, "TaskNotFound"],
  [409, "Conflict"],
  [429, "TooManyRequests"],
  [499, "Canceled"],
  [500, "InternalServiceFailure"],
])

/** The id as the service reads it; throws `Refusal` for what is no 64-bit integer. */
const readId = (text: string): string => {
  const unreadable = (why: string) =>
    new Refusal(
      "CODEC",
      `parsing field "id": strconv.ParseInt: parsing ${JSON.stringify(text.slice(0, 60))}: ${why}`,
    )
  if (!/^[+-]?\d{1,40}$/.test(text)) throw unreadable("invalid syntax")
  const id = BigInt(text.replace("+", ""))
  if (BigInt.asIntN(64, id) !== id) throw unreadable("value out of range")
  return String(id)
}

/** The task to cancel: its id stands in the path, and may stand in the body again. */
const readCancel = (text: string, request: Received): string => {
  const id = readId(text)
  const body = request.body.byteLength === 0 ? {} : readBody(request, parsed(request))
  if ((body["id"] ?? id) !== id) throw invalid("id")
  return id
}

const readDetailed = (query: string): boolean => {
  const text = new URLSearchParams(query).get("show_detail") ?? ""
  if (text === "" || text === "false") return false
  if (text === "true") return true
  throw new Refusal("CODEC", `parsing field "show_detail": ${JSON.stringify(text.slice(0, 60))}`)
}

const readBody = (request: Received, body: Body | undefined): Body => {
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase()
  if (mediaType !== "application/json") {
    throw new Refusal("CODEC", `unregister Content-Type: ${(mediaType ?? "").slice(0, 60)}`)
  }
  if (body === undefined) throw new Refusal("CODEC", "body unmarshal: not a JSON object")
  return body
}

const parsed = ({ body }: Received): Body | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
    return isBody(value) ? value : undefined
  } catch {
    return undefined
  }
}
