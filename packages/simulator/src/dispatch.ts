/**
 * One request from its socket to its answer: who answers it, which fault meets it, what the ledger
 * learns from it. Never throws, whatever arrives.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { adminPrefix } from "./admin.ts"
import type { Clock } from "./Clock.ts"
import type { Answer, Call, Ordered, Received, Service } from "./Dialect.ts"
import type { FaultKind } from "./Fault.ts"
import type { Faults } from "./Faults.ts"
import { fileAnswer } from "./fileAnswer.ts"
import { filmName, type Films } from "./Films.ts"
import { sendAnswer } from "./httpAnswer.ts"
import { inputName, type Inputs } from "./Inputs.ts"
import type { Refusals } from "./Ledger.ts"
import type { Links, ReadLink } from "./Links.ts"
import { receive } from "./receive.ts"
import { answerBefore, spoilAnswer, type Spoiled, type Spoiling } from "./spoil.ts"
import type { Tasks } from "./Tasks.ts"

/** One line for the log of requests; holds no header, no query and no body. */
export interface RequestLog {
  /** ISO 8601, real time. */
  readonly at: string
  readonly method: string
  readonly kind: Call["operation"] | "download" | "input" | "admin" | "unknown"
  /** The provider's name of the operation, else the path without its query. */
  readonly name: string
  readonly model?: string | undefined
  /** The key id, once its signature was proven. */
  readonly account?: string | undefined
  readonly taskId?: string | undefined
  /** HTTP status; 0 where the connection was closed without an answer. */
  readonly status: number
  readonly code?: string | undefined
  readonly fault?: FaultKind["_tag"] | undefined
  readonly milliseconds: number
  /** What went wrong inside the simulator: a defect. */
  readonly problem?: string | undefined
}

export interface DispatchOptions {
  readonly services: ReadonlyArray<Service>
  readonly admin: (request: Received) => Answer
  readonly clock: Clock
  readonly faults: Faults
  readonly films: Films
  readonly inputs: Inputs
  readonly links: Links
  readonly refusals: Refusals
  readonly tasks: Tasks
  readonly maxBodyBytes: number
  readonly log: (entry: RequestLog) => void
}

export const makeDispatch =
  (options: DispatchOptions) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    const started = performance.now()
    const log = (done: Done): void => {
      const at = new Date().toISOString()
      const milliseconds = Math.round(performance.now() - started)
      options.log({ at, method: request.method ?? "", ...done, milliseconds })
    }
    // A client may break its connection at any moment; that must not end the process.
    response.on("error", () => undefined)
    response.setHeader("date", new Date(options.clock.wall()).toUTCString())
    exchange(options, request, response).then(log, (cause: unknown) => {
      if (response.headersSent || request.destroyed) response.destroy()
      else response.writeHead(500).end()
      const problem = cause instanceof Error ? cause.message : String(cause)
      log({ kind: "unknown", name: "", status: response.statusCode, problem })
    })
  }

type Done = Omit<RequestLog, "at" | "method" | "milliseconds">

const exchange = async (
  options: DispatchOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Done> => {
  const received = await receive(request, options.maxBodyBytes)
  if (received === undefined) {
    const answer = { status: 413, headers: { connection: "close" }, body: "" }
    await sendAnswer(request, response, answer)
    return { kind: "unknown", name: "", status: 413 }
  }
  const plainly = async (kind: Done["kind"], answer: Answer): Promise<Done> => {
    await sendAnswer(request, response, answer)
    return { kind, name: received.path.slice(0, 200), status: answer.status }
  }
  if (received.path.startsWith(adminPrefix)) return plainly("admin", options.admin(received))
  if (received.path.startsWith("/inputs/")) {
    return plainly("input", inputAnswer(options.inputs, received))
  }
  const link = options.links.read(received.path, received.query)
  if (link !== undefined) return download(options, request, response, received, link)
  for (const service of options.services) {
    const call = service.route(received)
    if (call !== undefined) return perform(options, request, response, service, call)
  }
  return plainly("unknown", { status: 404, body: "" })
}

/** A call of a provider's client: submit, poll and the like. */
const perform = async (
  options: DispatchOptions,
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
  call: Call,
): Promise<Done> => {
  const { operation, name, model } = call
  const fault = operation === "other" ? undefined : options.faults.take(operation, model)
  const done = { kind: operation, name, model, fault: fault?._tag }
  if (fault?._tag === "ResetBefore") {
    response.socket?.resetAndDestroy()
    return { ...done, status: 0 }
  }
  const spoiling: Spoiling = {
    ordered: (order) => service.ordered(order, call),
    address: addressOf(call.request),
  }
  const inPlace = fault === undefined ? undefined : answerBefore(fault, spoiling)
  const real = inPlace ?? (await call.answer())
  const record = real.task === undefined ? undefined : options.tasks.find(real.task.id)
  if (operation === "poll" && record !== undefined) record.polls += 1
  if (operation === "submit" && record === undefined) {
    options.refusals.record({
      at: new Date(options.clock.now()).toISOString(),
      ...(real.account === undefined ? {} : { account: real.account }),
      ...(model === undefined ? {} : { model }),
      status: real.status,
      ...(real.code === undefined ? {} : { code: real.code }),
      ordered: inPlace !== undefined,
    })
  }
  const { answer, manner, readable } = spoiled(fault, real, spoiling)
  const sent = await sendAnswer(request, response, answer, manner)
  if (operation === "submit" && record !== undefined) {
    record.answer = sent && readable ? "delivered" : "lost"
  }
  return {
    ...done,
    account: real.account,
    taskId: real.task?.id,
    status: manner.drop === true ? 0 : answer.status,
    code: answer.code,
  }
}

/** A result file, or what an object store says in its place. */
const download = async (
  options: DispatchOptions,
  request: IncomingMessage,
  response: ServerResponse,
  received: Received,
  link: ReadLink,
): Promise<Done> => {
  const record = link._tag === "Valid" ? options.tasks.find(link.taskId) : undefined
  const fault = options.faults.take("download", record?.model)
  const done: Omit<Done, "status"> = {
    kind: "download",
    name: received.path.slice(0, 200),
    model: record?.model,
    taskId: record?.id,
    fault: fault?._tag,
  }
  if (fault?._tag === "ResetBefore") {
    response.socket?.resetAndDestroy()
    return { ...done, status: 0 }
  }
  const spoiling: Spoiling = { ordered: storeRefusal, address: addressOf(received) }
  const real =
    (fault === undefined ? undefined : answerBefore(fault, spoiling)) ??
    storeAnswer(options, received, link, fault?._tag !== "NoRange")
  const { answer, manner, readable } = spoiled(fault, real, spoiling)
  const sent = await sendAnswer(request, response, answer, manner)
  if (record !== undefined && sent && readable && reachesTheEnd(answer)) record.downloads += 1
  return { ...done, status: manner.drop === true ? 0 : answer.status }
}

const spoiled = (fault: FaultKind | undefined, real: Answer, spoiling: Spoiling): Spoiled =>
  fault === undefined
    ? { answer: real, manner: {}, readable: true }
    : spoilAnswer(fault, real, spoiling)

const addressOf = ({ path, query }: Received): string => (query === "" ? path : `${path}?${query}`)

const inputAnswer = (inputs: Inputs, received: Received): Answer => {
  if (received.method !== "GET" && received.method !== "HEAD") return { status: 405, body: "" }
  const name = inputName(received.path)
  const input = name === undefined ? undefined : inputs.get(name)
  if (input === undefined) return { status: 404, body: "" }
  const { bytes, mediaType, md5 } = input
  return fileAnswer(received, { bytes, mediaType, tag: md5 })
}

const storeAnswer = (
  options: DispatchOptions,
  received: Received,
  link: ReadLink,
  ranges: boolean,
): Answer => {
  if (received.method !== "GET" && received.method !== "HEAD") return xml(405, "MethodNotAllowed")
  if (link._tag === "Expired") return xml(403, "AccessDenied", "Request has expired")
  if (link._tag === "Forged") return xml(403, "SignatureDoesNotMatch")
  const outcome = options.tasks.find(link.taskId)?.outcome()
  const file =
    outcome?._tag !== "Succeeded"
      ? undefined
      : link.file === filmName
        ? outcome.file
        : outcome.extras[link.file]
  const bytes = file === undefined ? undefined : options.films.bytes(file)
  if (file === undefined || bytes === undefined) return xml(404, "NoSuchKey")
  return fileAnswer(received, { bytes, mediaType: file.mediaType, tag: file.md5 }, { ranges })
}

/** The object store's words for an ordered status. */
const storeRefusal = (order: Ordered): Answer =>
  order._tag === "Status" && order.status === 403
    ? xml(403, "AccessDenied", "Request has expired")
    : xml(order._tag === "Status" ? order.status : 400, "Refused")

const xml = (status: number, code: string, message: string = code): Answer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`,
})

/** Whether an answer carries the last byte of its file. */
const reachesTheEnd = (answer: Answer): boolean => {
  if (answer.status === 200) return true
  const [, last, size] = /-(\d+)\/(\d+)$/.exec(answer.headers?.["content-range"] ?? "") ?? []
  return answer.status === 206 && Number(last) === Number(size) - 1
}
