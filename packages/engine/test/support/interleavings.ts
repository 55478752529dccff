/**
 * Every order in which two processes, a provider, a person and the power switch can meet over one
 * generation, walked to the end with the real rules. No process holds a lock here: what protects the
 * money must be the guarded write alone. The provider may answer anything at any time.
 */
import { ProviderFault, Unavailable, NothingSent, Cancelled } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { Polled, Submitted } from "@zoetrope/core/Provider"
import type { TaskState } from "@zoetrope/core/TaskState"
import { Result } from "effect"
import { hash } from "node:crypto"
import { decide } from "../../src/decide.ts"
import type { Change, Decision } from "../../src/Decision.ts"
import { type Artifact, type Generation, hasEnded, type Task } from "../../src/Generation.ts"
import { nextAction } from "../../src/nextAction.ts"
import type { Observation } from "../../src/Observation.ts"
import { learn } from "../../src/Pacing.ts"
import { failure, lost, model, provider, queued, refOf, succeeded } from "./vendor.ts"

const learnt = learn(model.timing, [])

/** What a process holds in memory; a crash takes it away. */
type Local =
  | { readonly at: "idle" }
  /** Decided, not flushed. `again` is decided anew when the write was too late. */
  | { readonly at: "flush"; readonly change: Change; readonly again?: Observation }
  /** Its mark is durable; the POST is about to leave. */
  | { readonly at: "post"; readonly task: Task }
  | { readonly at: "answer"; readonly task: Task; readonly answer: Answer }
  | { readonly at: "file"; readonly artifact: Artifact }

type Answer = Result.Result<Submitted, TaskError>

export interface Store {
  readonly generation: Generation
  readonly tasks: Readonly<Record<string, Task>>
  readonly artifacts: ReadonlyArray<string>
  /** Task ids told in events about answers that nobody could follow any more. */
  readonly told: ReadonlyArray<string>
}

interface World {
  readonly rules: Rules
  readonly store: Store
  readonly processes: readonly [Local, Local]
  /** POSTs that reached the wire, by token. */
  readonly posts: Readonly<Record<string, number>>
  readonly accepted: ReadonlyArray<string>
  readonly disk: ReadonlyArray<string>
  /** How often each thing may still happen, so that the walk ends. */
  readonly left: Readonly<Record<Budget, number>>
  /** Whether a process may die in this walk: only then may a mark be left that nobody speaks for. */
  readonly isMortal: boolean
  /** Reasons for which one more POST is right. */
  readonly grants: number
  readonly stamps: number
}

export type Budget = "crash" | "refusal" | "again" | "cancel" | "repeat" | "dead-link" | "orphan"

const initial = (left: World["left"], rules: Rules): World => ({
  rules,
  store: { generation: queued(), tasks: {}, artifacts: [], told: [] },
  processes: [{ at: "idle" }, { at: "idle" }],
  posts: {},
  accepted: [],
  disk: [],
  left,
  isMortal: left.crash > 0,
  grants: 1,
  stamps: 1,
})

const decideIn = (world: World, observation: Observation): Decision =>
  world.rules.decide(
    { now: 0, random: 0, stamp: `s${world.stamps}` },
    world.store.generation,
    observation,
  )

const set = (world: World, who: 0 | 1, local: Local): World => ({
  ...world,
  processes: who === 0 ? [local, world.processes[1]] : [world.processes[0], local],
})

const spend = (world: World, what: Budget): World => ({
  ...world,
  left: { ...world.left, [what]: world.left[what] - 1 },
})

/** The process has observed something: a write is pending, or there is nothing to do. */
const observed = (world: World, who: 0 | 1, observation: Observation, again = false): World => {
  const decision = decideIn(world, observation)
  const next = { ...world, stamps: world.stamps + 1 }
  return decision._tag === "Write"
    ? set(next, who, {
        at: "flush",
        change: decision.change,
        ...(again ? { again: observation } : {}),
      })
    : set(next, who, { at: "idle" })
}

export const apply = (store: Store, change: Change): Store | undefined => {
  const { stamp } = store.generation
  if (stamp !== change.from && stamp !== change.generation.stamp) return undefined
  const told = change.event?.kind === "late-answer" ? [change.event.message] : []
  return {
    generation: change.generation,
    tasks:
      change.task === undefined
        ? store.tasks
        : { ...store.tasks, [change.task.token]: change.task },
    artifacts: [
      ...new Set([...store.artifacts, ...(change.artifacts ?? []).map(({ sha256 }) => sha256)]),
    ],
    told: [...store.told, ...told],
  }
}

const answers = (token: string): ReadonlyArray<readonly [Budget | undefined, boolean, Answer]> => [
  [undefined, true, Result.succeed({ ref: refOf(`task-${token}`), warnings: [] })],
  [undefined, true, Result.fail(lost)],
  [undefined, false, Result.fail(lost)],
  ["refusal", false, Result.fail(unsent)],
  [undefined, false, Result.fail(refused)],
]
const unsent = failure("submit", new NothingSent({ detail: "" }))
const refused = failure("submit", new ProviderFault({ retryable: "no" }))

const states: ReadonlyArray<TaskState> = [
  { _tag: "Running", progress: 50 },
  succeeded,
  { _tag: "Failed", error: failure("task", new ProviderFault({ retryable: "yes" })) },
  { _tag: "Failed", error: failure("task", new ProviderFault({ retryable: "no" })) },
  { _tag: "Expired", message: "expired" },
  { _tag: "Cancelled" },
]
const polls: ReadonlyArray<Result.Result<Polled, TaskError>> = [
  ...states.map((state) => Result.succeed({ state, warnings: [] })),
  Result.fail(failure("poll", new Unavailable({ detail: "" }))),
]
const polledAs = (ref: TaskRef, answer: Result.Result<Polled, TaskError>): Observation => ({
  _tag: "Polled",
  provider,
  learnt,
  ref,
  answer,
  failures: 1,
  ageSeconds: 100,
  ranSeconds: 95,
})

const notTakenBack = failure("cancel", new Cancelled())

const artifact: Artifact = { kind: "video", sha256: "aa", bytes: 1, path: "artifacts/aa/aa" }

/** Everything that can happen next. */
function* steps(world: World): Generator<readonly [what: string, World]> {
  const { generation, tasks } = world.store
  for (const who of [0, 1] as const) {
    const local = world.processes[who]
    if (local.at !== "idle" && world.left.crash > 0) {
      yield [`${who} dies`, spend(set(world, who, { at: "idle" }), "crash")]
    }
    switch (local.at) {
      case "idle":
        yield* acts(world, who)
        break
      case "flush": {
        const store = world.rules.apply(world.store, local.change)
        const { task } = local.change
        if (store === undefined) {
          // A mark whose answer was lost, and that somebody has written over since.
          const isOurs = task?.token === local.change.generation.stamp && task.token in tasks
          const again = isOurs ? ({ _tag: "Withheld", task } as const) : local.again
          yield [
            `${who} is too late`,
            again === undefined
              ? set(world, who, { at: "idle" })
              : observed(world, who, again, true),
          ]
          break
        }
        const { kind } = local.change.event ?? {}
        const isMark = kind === "submitting"
        const wasSent = task !== undefined && task.token in world.posts
        const granting = kind === "remaking" || (kind === "refused" && wasSent)
        const isFirst = world.store.generation.stamp === local.change.from
        const written: World = {
          ...world,
          store,
          grants: world.grants + (granting && isFirst ? 1 : 0),
        }
        yield [
          `${who} writes ${kind ?? "progress"}`,
          set(written, who, isMark && task !== undefined ? { at: "post", task } : { at: "idle" }),
        ]
        if (world.left.repeat > 0)
          yield [`${who} writes, and does not hear so`, spend(written, "repeat")]
        break
      }
      case "post": {
        const { token } = local.task
        // It may have seen what has been written since, or may not.
        if (generation.stamp !== token) {
          yield [
            `${who} withholds it`,
            observed(world, who, { _tag: "Withheld", task: local.task }, true),
          ]
        }
        const sent = { ...world, posts: { ...world.posts, [token]: (world.posts[token] ?? 0) + 1 } }
        for (const [budget, isAccepted, answer] of answers(token)) {
          if (budget !== undefined && world.left[budget] === 0) continue
          const after = isAccepted ? { ...sent, accepted: [...sent.accepted, token] } : sent
          yield [
            `${who} posts: ${Result.isSuccess(answer) ? "accepted" : answer.failure.reason._tag}`,
            set(budget === undefined ? after : spend(after, budget), who, {
              at: "answer",
              task: local.task,
              answer,
            }),
          ]
        }
        break
      }
      case "answer":
        yield [
          `${who} reads the answer`,
          observed(world, who, { _tag: "Answered", task: local.task, answer: local.answer }, true),
        ]
        break
      case "file":
        yield [`${who} has the file`, observed(world, who, { _tag: "Kept", artifacts: [artifact] })]
    }
  }
  if (world.left.cancel > 0) yield* person(spend(world, "cancel"), { _tag: "CancelAsked" })
  if (generation.state === "undecided") {
    yield* person(world, { _tag: "Settled", how: { _tag: "GiveUp" } })
    if (world.left.again > 0) {
      const again = spend({ ...world, grants: world.grants + 1 }, "again")
      yield* person(again, { _tag: "Settled", how: { _tag: "Again" } })
      const how = { _tag: "Found", ref: refOf("named") } as const
      yield* person(spend(world, "again"), { _tag: "Settled", how })
    }
  }
}

/** What an idle process finds to do, going by the row alone; any number may find the same. */
function* acts(world: World, who: 0 | 1): Generator<readonly [string, World]> {
  const { generation } = world.store
  const { task } = generation
  switch (nextAction(generation)) {
    case "turn":
      yield [`${who} takes its turn`, observed(world, who, { _tag: "Turn" })]
      return
    case "poll":
      if (task?.ref === undefined) throw new Error("there is nothing to poll")
      for (const answer of polls) {
        const what = Result.isSuccess(answer)
          ? answer.success.state._tag
          : answer.failure.reason._tag
        yield [`${who} polls: ${what}`, observed(world, who, polledAs(task.ref, answer))]
      }
      return
    case "cancel":
      yield [
        `${who} cancels`,
        observed(world, who, { _tag: "CancelAnswered", answer: Result.succeed({ message: "" }) }),
      ]
      yield [
        `${who} may not cancel`,
        observed(world, who, {
          _tag: "CancelAnswered",
          answer: Result.fail(notTakenBack),
        }),
      ]
      return
    case "fetch":
      yield [
        `${who} fetches`,
        set({ ...world, disk: [...new Set([...world.disk, artifact.sha256])] }, who, {
          at: "file",
          artifact,
        }),
      ]
      if (world.left["dead-link"] > 0) {
        yield [
          `${who} finds a dead link`,
          observed(spend(world, "dead-link"), who, {
            _tag: "NotKept",
            why: "dead",
            inMillis: 0,
            deadLink: true,
          }),
        ]
      }
      return
    case "look":
      if (task === undefined) throw new Error("there is nothing to look for")
      for (const found of world.accepted.includes(task.token)
        ? [undefined, refOf(`task-${task.token}`)]
        : [undefined]) {
        yield [
          `${who} looks: ${found?.taskId}`,
          observed(world, who, { _tag: "Looked", task, found }),
        ]
      }
      return
    case "rest":
      if (generation.state === "submitting" && world.left.orphan > 0) {
        yield [
          `${who} finds an orphan`,
          observed(spend(world, "orphan"), who, { _tag: "Orphaned" }),
        ]
      }
  }
}

function* person(world: World, observation: Observation): Generator<readonly [string, World]> {
  const decision = decideIn(world, observation)
  if (decision._tag !== "Write") return
  const store = world.rules.apply(world.store, decision.change)
  if (store === undefined) throw new Error("a person saw the present")
  yield [`a person: ${observation._tag}`, { ...world, store, stamps: world.stamps + 1 }]
}

/** What must hold in every world, and over every step. */
const broken = (before: World, after: World): string | undefined => {
  const { artifacts, generation, tasks } = after.store
  const old = before.store.generation.state
  if (hasEnded(old) && generation.state !== old) return `${old} was left for ${generation.state}`
  for (const [token, count] of Object.entries(after.posts)) {
    if (count > 1) return `row ${token} was sent ${count} times`
    if (tasks[token] === undefined) return `row ${token} was sent and not recorded`
  }
  const posts = Object.keys(after.posts).length
  if (posts > after.grants) return `${posts} submits, and only ${after.grants} were right`
  for (const sha256 of artifacts)
    if (!after.disk.includes(sha256)) return `${sha256} is not on the disk`
  if ((generation.state === "done") !== artifacts.length > 0)
    return "done is not kept, or kept not done"
  const stored = generation.task === undefined ? undefined : tasks[generation.task.token]
  if (JSON.stringify(generation.task) !== JSON.stringify(stored)) {
    return "the newest row is not the one stored"
  }
  for (const who of [0, 1] as const) {
    const [was, is] = [before.processes[who], after.processes[who]]
    const hasRead = was.at === "answer" || (was.at === "flush" && was.again?._tag === "Answered")
    if (!hasRead || is.at !== "idle" || before.left.crash !== after.left.crash) continue
    const seen = was.at === "answer" ? was : was.again
    if (seen === undefined || !("answer" in seen) || !("task" in seen)) continue
    const { answer } = seen
    if (Result.isFailure(answer)) continue
    const { taskId } = answer.success.ref
    const isKnown =
      tasks[seen.task.token]?.ref?.taskId === taskId ||
      after.store.told.some((message) => message.includes(taskId))
    if (!isKnown) return `${taskId} was paid, read and forgotten`
  }
  const isQuiet = after.processes.every(({ at }) => at === "idle")
  const isOver = hasEnded(generation.state) || generation.state === "undecided"
  const isOrphan = after.isMortal && generation.state === "submitting"
  if (isQuiet && !isOver && !isOrphan && nextAction(generation) === "rest") {
    return `${generation.state} is stuck`
  }
  return undefined
}

/** Worlds that differ only in the names of stamps, in versions, in times and in who is who are one. */
const keyOf = (world: World): string => {
  const { accepted, disk, grants, left, posts, processes, store } = world
  const { artifacts, generation, tasks, told } = store
  const names = new Map<string, string>()
  const rest = [generation, tasks, artifacts, told, posts, accepted, disk, left].map(textOf)
  const locals = processes.map(textOf)
  const nameless = (text: string) => text.replace(/\bs\d+\b/g, "s")
  if (nameless(locals[0] ?? "") > nameless(locals[1] ?? "")) locals.reverse()
  const text = `${grants} ${rest.join(" ")} ${locals.join(" ")}`.replace(/\bs\d+\b/g, (stamp) => {
    const name = names.get(stamp) ?? `s${names.size}`
    names.set(stamp, name)
    return name
  })
  // Thousands of them are remembered.
  return hash("sha256", text, "base64")
}

/** Most parts of a world are those of the world before, and nothing is ever changed in place. */
const textOf = (part: object): string => {
  const text = texts.get(part) ?? JSON.stringify(part, brief)
  texts.set(part, text)
  return text
}
const texts = new WeakMap<object, string>()

const unseen = new Set(["version", "digest", "message", "error", "provider", "timing"])

const brief = (key: string, value: unknown): unknown =>
  key === "outputs"
    ? value !== undefined
    : key === "ref"
      ? (value as TaskRef).taskId
      : unseen.has(key)
        ? undefined
        : value

export interface Rules {
  readonly decide: typeof decide
  /** The one thing that a database does for the rules: a change, or nothing if it came too late. */
  readonly apply: (store: Store, change: Change) => Store | undefined
}

/** Walks all worlds that can be reached; throws with the way to the first in which something is wrong. */
export const walk = (left: World["left"], rules: Rules = { decide, apply }) => {
  const start = initial(left, rules)
  const seen = new Map<string, readonly [from: string | undefined, what: string]>()
  const startKey = keyOf(start)
  seen.set(startKey, [undefined, "start"])
  const ends = new Map<string, number>()
  let frontier: Array<readonly [string, World]> = [[startKey, start]]
  while (frontier.length > 0) {
    const next: typeof frontier = []
    for (const [key, world] of frontier) {
      const { state } = world.store.generation
      ends.set(state, (ends.get(state) ?? 0) + 1)
      for (const [what, after] of steps(world)) {
        const wrong = broken(world, after)
        if (wrong !== undefined)
          throw new Error(`${wrong}\n${[...pathTo(seen, key), what].join("\n")}`)
        const afterKey = keyOf(after)
        if (seen.has(afterKey)) continue
        seen.set(afterKey, [key, what])
        next.push([afterKey, after])
      }
    }
    frontier = next
  }
  return { worlds: seen.size, states: ends }
}

const pathTo = (
  seen: ReadonlyMap<string, readonly [string | undefined, string]>,
  key: string,
): ReadonlyArray<string> => {
  const [from, what] = seen.get(key) ?? [undefined, "?"]
  return from === undefined ? [what] : [...pathTo(seen, from), what]
}
