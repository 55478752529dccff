/**
 * Volcengine's visual service (cv) as a dialect of the simulator: one address, the action in the
 * query, everything else in a signed JSON body. Written from the service's documents alone; it
 * shares no line with the adapter in `../src`, so that each can find the other's mistakes.
 */
import { createHash, randomBytes } from "node:crypto"
import type { Answer, Call, Dialect, Received, Service, Task, World } from "@zoetrope/simulator"
import { admit } from "./Authentication.ts"
import { businessCodes, type GatewayCode, gatewayCodes } from "./Codes.ts"
import { businessAnswer, gatewayAnswer, Refusal } from "./Envelope.ts"
import { type Model, models } from "./Models.ts"
import { type Body, isBody, onlyNames, optional, required } from "./Parameters.ts"
import { notFound, readMeta, type Result, resultOf } from "./Results.ts"
import { findTrigger, type Trigger } from "./Triggers.ts"

/** The Volcengine cv dialect: give it to `makeSimulator`. */
export const dialect: Dialect = {
  name: "volc-cv",
  models,
  // The documents say 12 hours; the service's FAQ says that a task id is valid for 24.
  retentionSeconds: 12 * 3600,
  linkSeconds: 3600,
  open: (world) => openService(world),
}

const VERSION = "2022-08-31"
/** The service publishes no number; a picture of 4.7 MB as base64 fits well. */
const MAX_BODY_BYTES = 12 * 1024 * 1024

interface CvCall extends Call {
  readonly action: string
  readonly version: string
  readonly body: Body | undefined
  readonly known: Model | undefined
}

const openService = (world: World): Service => {
  const triggers = new WeakMap<Task, Trigger>()

  const route = (request: Received): CvCall | undefined => {
    if (request.path !== "/") return undefined
    const query = new URLSearchParams(request.query)
    const action = query.get("Action") ?? ""
    const body = parsed(request)
    const known = models.find((model) => model.key === body?.["req_key"])
    const call: CvCall = {
      operation: submits.has(action) ? "submit" : results.has(action) ? "poll" : "other",
      name: action.slice(0, 100),
      model: known?.key,
      request,
      action,
      version: query.get("Version") ?? "",
      body,
      known,
      answer: () => gateway(call),
    }
    return call
  }

  const gateway = async (call: CvCall): Promise<Answer> => {
    const { action, version, request } = call
    const refuse = (error: GatewayCode, message: string) => refused(call, error, message)
    for (const [name, value] of [
      ["Action", action],
      ["Version", version],
    ] as const) {
      if (value === "") {
        return refuse(gatewayCodes.missingParameter, `The request is missing ${name} parameter.`)
      }
    }
    if (version !== VERSION || call.operation === "other") {
      return refuse(
        gatewayCodes.invalidAction,
        `Could not find operation ${action} for version ${version}.`,
      )
    }
    const admission = admit(request, action, world)
    if (admission._tag === "Refused") {
      return { ...refuse(admission.error, admission.message), account: admission.account }
    }
    const account = admission.account.id
    try {
      const model = callable(call, admission.account.models)
      if (world.tooFast(account, model.key)) throw new Refusal(50429)
      const body = call.body ?? {}
      const { task, ...result } =
        call.operation === "submit"
          ? await submit(model, body, account, request)
          : query(model, body, account)
      return { ...answered(call, result), task, account }
    } catch (cause) {
      if (!(cause instanceof Refusal)) throw cause
      const { code, message } = cause
      return { ...answered(call, { code, message, data: null }), account }
    }
  }

  const submit = async (
    model: Model,
    body: Body,
    account: string,
    request: Received,
  ): Promise<Result & { readonly task: Task }> => {
    const wanted = await model.read(body, world)
    const trigger = findTrigger(model.texts(body))
    if (trigger.refusal !== undefined) throw new Refusal(trigger.refusal)
    const inputDigest = createHash("sha256").update(request.body).digest("hex")
    const again = world.acceptedBefore(account, inputDigest)
    const ordered = trigger.failure?.once === true && again ? undefined : trigger.failure?.code
    const failure = wanted.failure ?? ordered
    // From here on nothing waits, so that the limit cannot be passed by two at once.
    if (world.tooMany(account, model.key)) throw new Refusal(50430)
    const task = world.accept({
      id: newTaskId(),
      model: model.key,
      account,
      inputDigest,
      seconds: wanted.seconds,
      film: { ...wanted.film, take: model.key },
      notes: wanted.notes,
      ...(failure === undefined ? {} : { failure: String(failure) }),
    })
    if (task === undefined) throw new Refusal(50500)
    triggers.set(task, trigger)
    return { code: 10000, message: "Success", data: { task_id: task.id }, task }
  }

  const query = (
    model: Model,
    body: Body,
    account: string,
  ): Result & { readonly task?: Task | undefined } => {
    onlyNames(body, ["req_key", "task_id", ...(model.takesMeta ? ["req_json"] : [])])
    const id = required(optional.text(body, "task_id"), "task_id")
    const tagged = readMeta(body)
    const task = world.task(id)
    if (task === undefined || task.account !== account) return notFound
    // No document says what a task of another service is answered; a task that this service cannot
    // have was seen to be answered so.
    if (task.model !== model.key) throw new Refusal(50215)
    const trigger = triggers.get(task) ?? {}
    return { ...resultOf({ model, task, trigger, tagged }, world), task }
  }

  const answered = (call: CvCall, { code, message, data }: Result): Answer =>
    businessAnswer(call.request, world.clock.wall(), {
      code,
      message,
      data,
      status:
        code === 10000
          ? 200
          : (call.known?.statuses.get(code) ?? businessCodes.get(code)?.status ?? 400),
      repeatsCode: call.known?.repeatsCode ?? true,
    })

  const refused = (call: CvCall, error: GatewayCode, message: string): Answer =>
    gatewayAnswer(world.clock.wall(), error, message, {
      action: call.action,
      version: call.version,
      region: regionOf(call.request),
    })

  return {
    route,
    ordered: (order, { request }) => {
      const call = route(request)
      if (call === undefined) return { status: 500, body: "" }
      switch (order._tag) {
        case "Status": {
          const error = byStatus.get(order.status) ?? gatewayCodes.internal
          return refused(call, { ...error, status: order.status }, "Ordered by a fault.")
        }
        case "Code": {
          const ofGateway = Object.values(gatewayCodes).find((one) => one.code === order.code)
          if (ofGateway !== undefined) return refused(call, ofGateway, "Ordered by a fault.")
          const code = Number(order.code)
          const message = businessCodes.get(code)?.message ?? "Unknown Error"
          return answered(call, { code, message, data: null })
        }
        case "State":
          return answered(call, {
            code: 10000,
            message: "Success",
            data: { status: order.state },
          })
      }
    },
  }
}

const submits: ReadonlySet<string> = new Set(models.map((model) => model.actions.submit))
const results: ReadonlySet<string> = new Set(models.map((model) => model.actions.result))

const byStatus: ReadonlyMap<number, GatewayCode> = new Map<number, GatewayCode>([
  [400, gatewayCodes.missingParameter],
  [401, gatewayCodes.signature],
  [403, gatewayCodes.accessDenied],
  [404, gatewayCodes.invalidAction],
  [429, gatewayCodes.flowLimit],
  [502, gatewayCodes.badGateway],
  [503, gatewayCodes.unavailable],
  [504, gatewayCodes.timeout],
])

/** The model that a call may use; throws `Refusal`. */
const callable = (
  { request, body, known, action, operation }: CvCall,
  activated: ReadonlyArray<string> | undefined,
): Model => {
  if (request.method !== "POST") throw new Refusal(50402)
  if (request.body.byteLength > MAX_BODY_BYTES) throw new Refusal(50213)
  const mediaType = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase()
  if (mediaType !== "application/json") {
    throw new Refusal(50200, "Invalid args: the Content-Type is not application/json")
  }
  if (body === undefined) throw new Refusal(50204)
  const key = required(optional.text(body, "req_key"), "req_key")
  const proper = operation === "submit" ? known?.actions.submit : known?.actions.result
  if (known === undefined || proper !== action) {
    throw new Refusal(50200, `req_key ${key.slice(0, 100)} not supported`)
  }
  if (activated !== undefined && !activated.includes(known.key)) throw new Refusal(50400)
  return known
}

const parsed = ({ body }: Received): Body | undefined => {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
    return isBody(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * A decimal number of 19 or 20 digits, as the documents and the field show them: beyond 2^53 always,
 * beyond what a signed 64-bit integer holds for every second one, and odd, so that no double is equal.
 */
const newTaskId = (): string => {
  const low = randomBytes(6).readUIntBE(0, 6)
  const base = low % 4 < 2 ? 7_392_616_336_519_610_409n : 14_411_597_596_416_601_129n
  return String(base + (BigInt(low) << 10n) + BigInt(randomBytes(1)[0]! << 1))
}

/** The region that the caller signed for, which the gateway repeats. */
const regionOf = (request: Received): string =>
  /Credential=[^/,\s]*\/[^/,\s]*\/([a-z0-9-]{1,40})\//.exec(
    request.headers["authorization"] ?? "",
  )?.[1] ?? ""
