/**
 * A run: a server with a provider, some generations that are there, thousands of requests that should
 * not be sent, and a verdict. Owns the rules: every request is answered in time, no answer is a fault of
 * the server's, each is one that the document announces, nobody gets in without a key, and whatever was
 * refused has left nothing behind: no row, no file, no connection, no memory.
 */
import { demoAccount, makeSimulator, type Simulator } from "@zoetrope/simulator"
import { dialect as viduDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCvDialect } from "@zoetrope/volc-cv/simulator"
import { Agent } from "node:http"
import { type Case, describe } from "./Case.ts"
import { caseOf, type World } from "./caseOf.ts"
import { type Answer, contractOf } from "./Contract.ts"
import { type Outcome, send, type Target } from "./send.ts"
import { film, picture } from "./files.ts"
import { Rows } from "./Rows.ts"
import { type Held, startSubject, type Subject } from "./Subject.ts"

export interface Options {
  readonly seed: number
  readonly cases: number
  /** Only this one of them. */
  readonly only?: number | undefined
  readonly onProgress?: ((done: number) => void) | undefined
}

export interface Verdict {
  /** What broke a rule, each with the case that did. */
  readonly faults: ReadonlyArray<string>
  /** How many answers had which status; `closed` where the server ended the connection. */
  readonly statuses: Readonly<Record<string, number>>
  /** After a third of the requests, and after all of them. */
  readonly held: readonly [Held, Held]
  /** Operations that have never answered with success. */
  readonly neverSucceeded: ReadonlyArray<string>
}

/** Requests at once. */
const atOnce = 12

export const fuzz = async (options: Options): Promise<Verdict> => {
  const simulator = await makeSimulator({
    dialects: [viduDialect, volcCvDialect],
    speed: 500,
    renderer: { render: () => Promise.resolve(film) },
  })
  const { id, secret } = demoAccount
  const subject = await startSubject({ url: simulator.url, id, secret })
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  try {
    return await run(options, subject, agent, simulator)
  } finally {
    agent.destroy()
    await subject.stop()
    await simulator.close()
  }
}

const run = async (
  options: Options,
  subject: Subject,
  agent: Agent,
  simulator: Simulator,
): Promise<Verdict> => {
  const target: Target = {
    url: subject.url,
    agent,
    keys: { ...subject.keys, wrong: "zk_0123456789ab_wrong", none: undefined },
  }
  const contract = contractOf((await subject.ask("/openapi.json")) as never)
  const image = `${simulator.url}/inputs/sample.jpg`
  const request = { model: "vidu/img2video", input: { image, prompt: "a red kite" } }
  const example = { ...request, file: { field: "image", bytes: picture } }
  const rows = new Rows()
  const ids: Array<string> = []
  const makeOne = async (json: object = request): Promise<void> =>
    void ids.push(rows.add(await subject.ask(creates, json)))
  // Some that come to their end, and one that a person has to settle: this provider cannot look it up.
  for (let count = 0; count < finished; count++) {
    // oxlint-disable-next-line no-await-in-loop -- in this order
    await makeOne()
  }
  simulator.faults.add("submit:lost-answer:1:model=jimeng_ti2v_v30_pro")
  await makeOne({ model: "jimeng_ti2v_v30_pro", input: { prompt: "lost" } })
  await until(subject, ({ done = 0, undecided = 0 }) => done >= finished && undecided >= 1)
  const world: World = { contract, examples: [example], ids }
  const faults: Array<string> = []
  const statuses = new Map<string, number>()
  const succeeded = new Set<string>()
  let before: Held | undefined

  const judge = (one: Case, outcome: Outcome): void => {
    const complain = (fault: string): void => void faults.push(`${fault}\n      ${describe(one)}`)
    const status = outcome._tag === "Answered" ? String(outcome.answer.status) : outcome._tag
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    for (const fault of faultsOf(one, outcome, world)) complain(fault)
    if (outcome._tag !== "Answered" || one.operation === undefined) return
    const { answer } = outcome
    if (answer.status < 300) {
      succeeded.add(`${one.operation.method} ${one.operation.template}`)
      rows.note(one, answer)
    }
  }
  const batch = async (numbers: ReadonlyArray<number>): Promise<void> => {
    await Promise.all(
      numbers.map(async (number) => {
        const one = caseOf(options.seed, number, world)
        judge(one, await send(one, target))
      }),
    )
  }

  const numbers =
    options.only === undefined
      ? Array.from({ length: options.cases }, (_, number) => number)
      : [options.only]
  for (let start = 0; start < numbers.length; start += atOnce) {
    if (!subject.isAlive()) throw new Error("the server's process has ended")
    // oxlint-disable-next-line no-await-in-loop -- so many at once
    await batch(numbers.slice(start, start + atOnce))
    // After some of them everything is loaded, and pools are as large as they will be.
    if (before === undefined && start >= numbers.length / 3) {
      // oxlint-disable-next-line no-await-in-loop
      before = await atRest(subject, agent)
    }
    // Others are deleted meanwhile.
    // oxlint-disable-next-line no-await-in-loop
    if (start % 480 === 0) await makeOne()
    options.onProgress?.(start)
  }
  // What waits in line may wait for long; what is under way leaves files while it is.
  await until(
    subject,
    ({ fetching = 0, running = 0, submitting = 0 }) => fetching + running + submitting === 0,
  )
  const after = await atRest(subject, agent)
  faults.push(...growth(before ?? after, after), ...(await rows.faults(subject, after)))
  return {
    faults,
    statuses: Object.fromEntries([...statuses].toSorted(([a], [b]) => a.localeCompare(b))),
    held: [before ?? after, after],
    neverSucceeded: contract.operations
      .map(({ method, template }) => `${method} ${template}`)
      .filter((name) => !succeeded.has(name)),
  }
}

const faultsOf = (one: Case, outcome: Outcome, { contract }: World): ReadonlyArray<string> => {
  if (outcome._tag === "Hung") return ["no answer within 20 s"]
  const isUnfinished = one.manner === "cut" || one.manner === "stuck" || one.manner === "raw"
  if (outcome._tag === "Closed") {
    return isUnfinished || isLarge(one) ? [] : [`the connection was closed: ${outcome.why}`]
  }
  const { answer } = outcome
  const faults: Array<string> = []
  if (answer.status >= 500) faults.push(`${answer.status}: ${text(answer)}`)
  if (one.manner === "raw") {
    if (answer.status < 400) faults.push(`a head that is broken was answered with ${answer.status}`)
    return faults
  }
  if (one.operation === undefined) {
    if (answer.status < 400) faults.push(`what there is not was answered with ${answer.status}`)
    return faults
  }
  const isStranger = one.caller === "wrong" || one.caller === "none"
  if (isStranger && one.operation.wantsKey && answer.status < 400) {
    faults.push(`without a key it was answered with ${answer.status}`)
  }
  if (beforehand.has(answer.status) || isElsewhere(one, answer)) return faults
  for (const fault of contract.faultsOf(one.method, one.operation, answer)) {
    faults.push(`${fault}: ${text(answer)}`)
  }
  return faults
}

/** Its end may still be on its way when it is refused: then the refusal may be lost with the connection. */
const isLarge = ({ body, headers, path }: Case): boolean =>
  headers.reduce((sum, [name, value]) => sum + name.length + value.length + 4, path.length) >
    15_000 || (body?.length ?? 0) > 65_536

/** What HTTP itself answers, before any operation: too slow, `Expect` of who knows what, too large a head. */
const beforehand: ReadonlySet<number> = new Set([408, 417, 431])

/** A path whose strange end is no part of the operation's own. */
const isElsewhere = ({ operation, path }: Case, { status }: Answer): boolean => {
  const [own = ""] = path.split("?")
  const pattern = new RegExp(`^${operation?.template.replace(/\{\w+\}/g, "[^/]+")}$`)
  return status === 404 && !pattern.test(own)
}

const text = ({ body }: Answer): string => body?.subarray(0, 400).toString() ?? ""

const creates = "/api/v1/generations"

const finished = 3

/** Waits until it is so, by the server's own figures, and no longer than 20 s. */
const until = async (
  subject: Subject,
  isSo: (states: Readonly<Record<string, number>>) => boolean,
): Promise<void> => {
  for (let tries = 0; tries < 80; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const { states } = (await subject.ask("/api/v1/stats")) as {
      readonly states: Readonly<Record<string, number>>
    }
    if (isSo(states)) return
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

/** Waits until nothing is under way, and then looks. */
const atRest = async (subject: Subject, agent: Agent): Promise<Held> => {
  agent.destroy()
  let held = await subject.held()
  for (let tries = 0; tries < 40 && held.openFiles > 0; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    await new Promise((resolve) => setTimeout(resolve, 250))
    // oxlint-disable-next-line no-await-in-loop
    held = { ...(await subject.held()), complaints: held.complaints }
  }
  return held
}

/** What may be more after thousands of requests: caches that fill, and the provider's connections. */
const growth = (before: Held, after: Held): ReadonlyArray<string> => [
  ...(after.heapMegabytes > before.heapMegabytes * 1.3 + 16
    ? [
        `memory grew from ${before.heapMegabytes.toFixed(0)} to ${after.heapMegabytes.toFixed(0)} MB`,
      ]
    : []),
  ...(after.sockets > before.sockets + 16
    ? [`connections grew from ${before.sockets} to ${after.sockets}`]
    : []),
  ...[...before.complaints, ...after.complaints].map((line) => `the log has an error: ${line}`),
]
