/**
 * What a check works on: a simulator of its own, the wire in front of it, and provider values for
 * whatever account and address it asks for. Nothing of it outlives the check.
 */
import * as Gate from "@zoetrope/core/Gate"
import type { AnyModel } from "@zoetrope/core/Model"
import type { Provider, SubmitRequest } from "@zoetrope/core/Provider"
import * as Task from "@zoetrope/core/Task"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import * as Transport from "@zoetrope/node/Transport"
import {
  type Account,
  type LedgerTask,
  makeRenderer,
  makeSimulator,
  type Pace,
  type Renderer,
  type Simulator,
} from "@zoetrope/simulator"
import { Effect, type Scope } from "effect"
import { HttpClient } from "effect/http"
import { randomUUID } from "node:crypto"
import { Problem } from "./Problem.ts"
import type { Samples, Start, Subject, Target } from "./Subject.ts"
import * as Wire from "./Wire.ts"

export interface Bench {
  readonly subject: Subject
  readonly accounts: { readonly own: Account; readonly other: Account }
  readonly simulator: Simulator
  readonly wire: Wire.Wire
  /** With the right credentials, at the wire's address. */
  readonly provider: Provider
  /** Another provider value, with whatever is told otherwise. */
  readonly make: (target?: Partial<Target>) => Effect.Effect<Provider, Problem>
  /** A start of each model. */
  readonly starts: readonly [ReadyStart, ...ReadonlyArray<ReadyStart>]
  /** Finds the model of a start and makes its input. */
  readonly ready: (start: Start) => ReadyStart
  /** The ledger's tasks. */
  readonly accepted: () => ReadonlyArray<LedgerTask>
  /** Lets so many simulated seconds pass and the films be made. */
  readonly pass: (seconds: number) => Effect.Effect<void>
  /** Simulated seconds that one task takes, at most. */
  readonly taskSeconds: number
  /** Lets simulated time pass until every task is over, those that wait for others too. */
  readonly finish: Effect.Effect<void>
}

/** A start with its model and the input for the running simulator. */
export interface ReadyStart {
  readonly model: AnyModel
  readonly input: unknown
}

/** Seconds that provider values wait for an answer, unless a check is about waiting. */
export const timeoutSeconds = 10

/** Frames of a film: enough to be one, and quickly drawn. */
const frames = 12

/** Draws the films of all checks of a suite; close it at the end. */
export const makeFilms = (): Renderer => {
  const renderer = makeRenderer({ workers: 1 })
  return {
    ...renderer,
    render: (film) => renderer.render({ ...film, frames: Math.min(film.frames, frames) }),
  }
}

/** Opens a bench; it is closed with the scope. Fails with a `Problem` where the subject cannot be used. */
export const open = Effect.fnUntraced(function* (
  subject: Subject,
  films: Pick<Renderer, "render">,
): Effect.fn.Return<Bench, Problem, Scope.Scope> {
  const accounts = subject.accounts ?? defaultAccounts
  const simulator = yield* Effect.acquireRelease(
    Effect.promise(() =>
      makeSimulator({
        dialects: [subject.dialect],
        accounts: [accounts.own, accounts.other],
        renderer: films,
        // A check asks as often as it must; limits are the gate's, and its own tests'.
        limits: { "*": { callsPerSecond: undefined, inFlight: undefined } },
      }),
    ),
    (running) => Effect.promise(() => running.close()),
  )
  const wire = yield* Wire.open(simulator.url)
  const http = yield* Effect.orDie(Transport.make())

  const make: Bench["make"] = (target) =>
    subject.make({ baseUrl: wire.url, account: accounts.own, timeoutSeconds, ...target }).pipe(
      Effect.provideService(HttpClient.HttpClient, http),
      Effect.mapError((error) => new Problem({ what: `make failed: ${String(error)}` })),
    )
  const provider = yield* make()
  const samples = yield* samplesOf(simulator)
  const ready = (start: Start): ReadyStart => {
    const model = provider.models.find((one) => one.id === start.model)
    if (model === undefined) throw new Problem({ what: `there is no model ${start.model}` })
    return { model, input: start.input(samples) }
  }
  const pass: Bench["pass"] = (seconds) =>
    Effect.promise(async () => {
      simulator.clock.advance(seconds)
      await simulator.settled()
    })
  const taskSeconds = 1 + Math.max(...subject.dialect.models.map(({ pace }) => secondsOf(pace)))
  const [first, ...rest] = subject.starts
  return {
    subject,
    accounts,
    simulator,
    wire,
    provider,
    make,
    starts: [ready(first), ...rest.map(ready)],
    ready,
    accepted: () => simulator.ledger().tasks,
    pass,
    taskSeconds,
    finish: Effect.gen(function* () {
      // Tasks may wait for each other, and for longer than the dialect says of its models.
      for (let step = 1; step <= 4096 && underWay(simulator); step *= 2) {
        yield* pass(step * taskSeconds)
      }
    }),
  }
})

const underWay = (simulator: Simulator): boolean => simulator.ledger().totals.underWay > 0

const secondsOf = ({ generatingSeconds, queuedSeconds, scheduledSeconds = 0 }: Pace): number =>
  queuedSeconds + scheduledSeconds + generatingSeconds

/** A checked request for a start, with a key that no other one has. */
export const requestOf = (
  provider: Provider,
  start: ReadyStart,
): Effect.Effect<SubmitRequest, TaskError> =>
  Effect.map(Task.prepare(provider, start.model, start.input), (prepared) => ({
    ...prepared,
    key: randomUUID(),
  }))

/** Sends one start, once. */
export const submit = (provider: Provider, start: ReadyStart) =>
  Effect.flatMap(requestOf(provider, start), (request) => provider.submit(request))

/** The same key id with another secret. */
export const wrongSecret = ({ secret, ...account }: Account): Account => ({
  ...account,
  secret: `${secret.slice(0, -4)}${secret.endsWith("AAA=") ? "BBB=" : "AAA="}`,
})

/** A task that the service has accepted. */
export const accept = (bench: Bench, start: ReadyStart = bench.starts[0]) =>
  Effect.map(submit(bench.provider, start), ({ ref }): TaskRef => ref)

/** Pauses between polls, and a deadline, that suit a simulator; and no limits. */
export const impatient = { poll: { floor: 0.02, ceiling: 0.05 }, deadlineSeconds: 5 } as const
export const ungated = Effect.provideService(Gate.Current, {
  place: () => Effect.succeed({ keep: () => undefined }),
  free: () => Effect.void,
  call: () => Effect.void,
  lower: () => Effect.void,
})

const defaultAccounts: Bench["accounts"] = {
  own: { id: "AKZTsuiteown00000001", secret: "c3VpdGUtb3duLXNlY3JldC0wMDAwMDAwMQ==" },
  other: { id: "AKZTsuiteother000002", secret: "c3VpdGUtb3RoZXItc2VjcmV0LTAwMDAwMg==" },
}

const samplesOf = Effect.fnUntraced(function* (simulator: Simulator) {
  const served = new Map(simulator.inputs.list().map(({ name, url }) => [name, url]))
  const [image, video, audio] = ["sample.jpg", "sample.mp4", "sample.wav"].map((name) =>
    served.get(name),
  )
  if (image === undefined || video === undefined || audio === undefined) {
    return yield* new Problem({ what: "the simulator does not serve its samples" })
  }
  const samples: Samples = { image, video, audio }
  return samples
})
