/**
 * Vidu's API for enterprises as a dialect of the simulator: image to video, its tasks, callbacks and
 * credits. Written from the documents alone; it shares no line with the adapter in `../src`, so that
 * each can find the other's mistakes.
 */
import type { Account, Answer, Call, Dialect, Received, Service, World } from "@zoetrope/simulator"
import { admit, organisationOf } from "./Authentication.ts"
import { codes } from "./Codes.ts"
import { creationsBody } from "./Creations.ts"
import { creditsBody } from "./Credits.ts"
import { failure, Refusal, refusalAnswer, success } from "./Envelope.ts"
import { type Job, makeJobs } from "./Jobs.ts"
import { makeCreate } from "./makeCreate.ts"
import { models } from "./Models.ts"
import { parsed, readBody, readCancel, readDetailed, readId } from "./requests.ts"
import { settle, type ViduSettings } from "./settings.ts"
import { stateOf } from "./States.ts"
import { listBody, readListQuery } from "./TaskList.ts"

/** A Vidu dialect with other settings; throws `InvalidInput` for those that cannot be. */
export const makeDialect = (settings: ViduSettings = {}): Dialect => {
  const settled = settle(settings)
  return {
    name: "vidu",
    models,
    // No document says how long a task can be asked for.
    retentionSeconds: Number.POSITIVE_INFINITY,
    // Newer documents say 24 hours, older ones one; real links say 24.
    linkSeconds: 24 * 3600,
    linkForm: "x-amz",
    open: (world) => openService(world, settled),
  }
}

/** The Vidu dialect: give it to `makeSimulator`. A key is an account's `secret`. */
export const dialect: Dialect = makeDialect()

interface Endpoint extends Pick<Call, "operation" | "name" | "answer"> {
  readonly model?: string | undefined
}

const openService = (world: World, settings: Required<ViduSettings>): Service => {
  const jobs = makeJobs(settings.credits)
  const since = new Date(world.clock.now()).toISOString()
  const create = makeCreate(world, jobs, settings)
  const scheme = settings.relay ? "Bearer" : "Token"

  /** Reads the request, then looks at the key, then does what was asked: real answers come in that order. */
  const answering =
    <A>(
      request: Received,
      read: () => A,
      answer: (wanted: A, account: Account) => Answer | Promise<Answer>,
    ) =>
    async (): Promise<Answer> => {
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

  /** A task of the caller's organisation; throws `Refusal`. */
  const own = (id: string, account: Account): Job => {
    const organisation = organisationOf(account)
    const job = jobs.find(id)
    if (
      job === undefined ||
      organisationOf(job.account) !== organisation ||
      job.task.phase()._tag === "Forgotten"
    ) {
      throw new Refusal("TaskNotFound")
    }
    if (world.tooFast(organisation, job.task.model)) throw new Refusal("TooManyRequests")
    return job
  }

  const cancel = (job: Job): Answer => {
    const state = stateOf(job, job.task.phase(), world.clock.now())
    if (world.cancel(job.task, "UserCancelled")) return { ...success({}), task: job.task }
    // The one refusal that is documented names a state that no query shows.
    const shown = state === "created" || state === "queueing" ? "scheduled" : state
    throw new Refusal("BadRequest", `task state is ${shown}, can not cancel`)
  }

  const endpointOf = (request: Received, route: string): Endpoint => {
    const [, verb, id = "", what] = /^(GET|POST) tasks\/([^/]+)\/(\w+)$/.exec(route) ?? []
    const model = jobs.find(id)?.order.model.key
    switch (verb === undefined ? route : `${verb} tasks/ID/${what}`) {
      case "POST img2video": {
        const named = parsed(request)?.["model"]
        const known = models.find(({ key }) => key === named)?.key
        return {
          operation: "submit",
          name: "img2video",
          model: known,
          answer: answering(
            request,
            () => readBody(request),
            (body, account) =>
              create(body, { account, model: known, size: request.body.byteLength }),
          ),
        }
      }
      case "GET tasks/ID/creations":
        return {
          operation: "poll",
          name: "creations",
          model,
          answer: answering(
            request,
            () => readId(id),
            (wanted, account) => {
              const job = own(wanted, account)
              const { task } = job
              return { ...success(creationsBody(job, task.phase(), world)), task }
            },
          ),
        }
      case "POST tasks/ID/cancel":
        return {
          operation: "cancel",
          name: "cancel",
          model,
          answer: answering(
            request,
            () => readCancel(request, id),
            (wanted, account) => cancel(own(wanted, account)),
          ),
        }
      case "GET tasks":
        return {
          operation: "list",
          name: "tasks",
          answer: answering(
            request,
            () => readListQuery(request.query),
            (query, account) => success(listBody(query, jobs.of(organisationOf(account)), world)),
          ),
        }
      case "GET credits":
        return {
          operation: "credits",
          name: "credits",
          answer: answering(
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
          operation: "other",
          name: route.slice(0, 100),
          answer: async () => refusalAnswer(new Refusal("NotFound")),
        }
    }
  }

  return {
    route: (request) => {
      if (!request.path.startsWith(PREFIX)) return undefined
      const route = `${request.method} ${request.path.slice(PREFIX.length)}`
      return { model: undefined, ...endpointOf(request, route), request }
    },
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
          const id = /\/tasks\/(\d+)\//.exec(request.path)?.[1] ?? ""
          const job = jobs.find(id)
          return success(
            job === undefined
              ? { id, state: order.state, err_code: "", creations: [] }
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
