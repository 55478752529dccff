/**
 * The promise, as rules about what a run left behind: a video that was paid for is never lost and
 * never paid for twice. Pure. Each rule reads the providers' side and ours, and names what does not
 * agree; no rule trusts our own word that something was sent, or was not.
 */
import { hasEnded, type Task } from "@zoetrope/engine/Generation"
import type { Evidence, Recorded } from "./Evidence.ts"
import type { Post } from "./Witness.ts"

export interface Verdict {
  /** Empty where the promise was kept. */
  readonly broken: ReadonlyArray<string>
  readonly accepted: number
  readonly undecided: number
  /** Tasks that were paid, or may be, and that nobody will ever fetch or be asked about. */
  readonly lost: number
  /** Submits for which there was no reason. */
  readonly twice: number
}

/** Submits that one process has on the wire at once: as many may be undecided after its death. */
const submitsOfWorker = 6

export const verdict = (evidence: Evidence): Verdict => {
  const matched = match(evidence)
  const lost = evidence.recorded.flatMap((one) => lostOf(one, matched))
  const twice = [...matched.strangers, ...evidence.recorded.flatMap((one) => twiceOf(one, matched))]
  const undecided = evidence.recorded.filter(({ generation }) => generation.state === "undecided")
  return {
    broken: [
      ...missing(evidence),
      ...lost,
      ...twice,
      ...evidence.recorded.flatMap((one) => wrongEnd(one, evidence, matched)),
      ...undecided.flatMap((one) => foundable(one, matched)),
      ...tooManyUndecided(undecided, evidence, matched),
      ...evidence.recorded.flatMap((one) => wrongFiles(one, evidence)),
      ...leftovers(evidence),
      ...evidence.damage.map((what) => `the database is damaged: ${what}`),
    ],
    accepted: evidence.ledger.length,
    undecided: undecided.length,
    lost: lost.length,
    twice: twice.length,
  }
}

type LedgerTask = Evidence["ledger"][number]

interface Matched {
  /** The submits of each row, by its token. */
  readonly posts: ReadonlyMap<string, ReadonlyArray<Post>>
  /** Submits that belong to no row, in words. */
  readonly strangers: ReadonlyArray<string>
  /** By task id. */
  readonly ledger: ReadonlyMap<string, LedgerTask>
}

/** A submit belongs to the newest row of its generation that was marked before it came. */
const match = ({ ledger, posts, recorded }: Evidence): Matched => {
  const byKey = new Map(recorded.map((one) => [one.key, one]))
  const strangers: Array<string> = []
  const matched = Map.groupBy(posts, (post) => {
    const row = byKey.get(post.key)?.tasks.findLast(({ sentAt }) => sentAt <= post.at)
    if (row !== undefined && (post.mark === undefined || post.mark === row.token)) return row.token
    strangers.push(
      `${post.key}: a submit left at ${timeOf(post.at)} for which no row had been marked`,
    )
    return ""
  })
  return { posts: matched, strangers, ledger: new Map(ledger.map((task) => [task.id, task])) }
}

const missing = ({ asked, recorded, total }: Evidence): ReadonlyArray<string> => {
  const keys = new Set(recorded.map(({ key }) => key))
  return [
    ...[...asked.keys()]
      .filter((key) => !keys.has(key))
      .map((key) => `${key} was asked for and is not in the database`),
    ...(total === asked.size
      ? []
      : [`${asked.size} generations were asked for, and there are ${total}`]),
  ]
}

/** Tasks that the provider accepted for a row which does not know them. */
const lostOf = ({ generation, key, tasks }: Recorded, matched: Matched): ReadonlyArray<string> =>
  tasks.flatMap((row) =>
    acceptedOf(row, matched).flatMap(({ answer, id, state }) => {
      if (row.ref?.taskId === id) {
        return state === "succeeded" && generation.state !== "done"
          ? [`${key} is ${generation.state}, but its task ${id} was paid: the video is lost`]
          : []
      }
      const isUndecided = generation.state === "undecided" && row.token === generation.task?.token
      return isUndecided && row.ref === undefined
        ? []
        : [
            `${key}: task ${id} was accepted (answer ${answer}), and its row ${row.number} is ${row.state} without it`,
          ]
    }),
  )

/** Sent more than once for one row, or made again without a failure that allows it. */
const twiceOf = (one: Recorded, matched: Matched): ReadonlyArray<string> => {
  const { events, key, tasks } = one
  const sentTwice = tasks.flatMap((row) => {
    const posts = matched.posts.get(row.token) ?? []
    return posts.length > 1 ? [`${key}: row ${row.number} was sent ${posts.length} times`] : []
  })
  const accepted = tasks.flatMap((row) => acceptedOf(row, matched))
  const mayPay = accepted.filter(({ state }) => state !== "failed")
  const remakes = events.filter(({ kind }) => kind === "remaking").length
  const ids = accepted.map(({ id }) => id).join(", ")
  return [
    ...sentTwice,
    ...(mayPay.length > 1 ? [`${key} was paid ${mayPay.length} times: tasks ${ids}`] : []),
    ...(accepted.length > 1 + remakes
      ? [`${key} has ${accepted.length} tasks after ${remakes} remakes: ${ids}`]
      : []),
  ]
}

/** Everything else has ended, and as the provider ended it. */
const wrongEnd = (
  { artifacts, generation, key, tasks }: Recorded,
  { asked }: Evidence,
  { ledger }: Matched,
): ReadonlyArray<string> => {
  const { state, task } = generation
  if (state === "undecided") return []
  if (!hasEnded(state)) return [`${key} is still ${state}`]
  const expected = asked.get(key)
  if (state === "done") {
    const video = artifacts.find(({ kind }) => kind === "video")
    const made = ledger.get(task?.ref?.taskId ?? "")?.sha256
    if (made === undefined) return [`${key} is done, but no provider made its video`]
    return video?.sha256 === made ? [] : [`${key} is done with another video than was made for it`]
  }
  const wasRefused = tasks.at(-1)?.state === "refused"
  return state === "failed" && (expected === "failure" || wasRefused)
    ? []
    : [`${key} is ${state}, and nothing was to make it so`]
}

/** The provider tells who asks by the mark: what it has accepted is found, and undecided no more. */
const foundable = ({ generation, key }: Recorded, matched: Matched): ReadonlyArray<string> => {
  const { task } = generation
  if (task === undefined) return [`${key} is undecided and has no row`]
  if (task.ref !== undefined) return [`${key} is undecided, but its task is ${task.ref.taskId}`]
  const isMarked = (matched.posts.get(task.token) ?? []).some(({ mark }) => mark !== undefined)
  const [accepted] = acceptedOf(task, matched)
  return isMarked && accepted !== undefined
    ? [`${key} is undecided, and the provider could have told that it is task ${accepted.id}`]
    : []
}

/**
 * An answer that was never read: a fault lost it, or the process that waited for it was killed. A kill
 * can explain as many as one process sends at once, and only those that were sent before it.
 */
const tooManyUndecided = (
  undecided: ReadonlyArray<Recorded>,
  { kills }: Evidence,
  matched: Matched,
): ReadonlyArray<string> => {
  const open = new Map(kills.map((kill) => [kill, submitsOfWorker]))
  return undecided
    .flatMap(({ events, generation: { task }, key }) => {
      if (task === undefined || isUnread(task, matched)) return []
      const told = events.findLast(({ kind }) => kind === "undecided")?.at ?? Infinity
      return [{ key, sentAt: task.sentAt, told }]
    })
    .toSorted((a, b) => a.told - b.told)
    .flatMap(({ key, sentAt, told }) => {
      const kill = [...open].find(
        ([{ from, to }, places]) => places > 0 && sentAt <= to && told >= from,
      )
      if (kill === undefined) {
        return [`${key} is undecided, but its answer came and nobody was killed before it was read`]
      }
      open.set(kill[0], kill[1] - 1)
      return []
    })
}

/** Whether the providers know why: the submit arrived, and no answer that names a task left for us. */
const isUnread = (row: Task, matched: Matched): boolean => {
  const posts = matched.posts.get(row.token) ?? []
  return posts.length > 0 && acceptedOf(row, matched).every(({ answer }) => answer === "lost")
}

const acceptedOf = (row: Task, { ledger, posts }: Matched): ReadonlyArray<LedgerTask> =>
  (posts.get(row.token) ?? []).flatMap(({ taskId }) => {
    const task = taskId === undefined ? undefined : ledger.get(taskId)
    return task === undefined ? [] : [task]
  })

const wrongFiles = (
  { artifacts, files, generation, key }: Recorded,
  evidence: Evidence,
): ReadonlyArray<string> => {
  const wrong = [...artifacts, ...files].flatMap(({ path, sha256 }) => {
    const found = evidence.files.get(path)
    if (found === undefined) return [`${key}: ${path} is not on the disk`]
    return found === sha256 ? [] : [`${key}: ${path} has other bytes than were recorded`]
  })
  return generation.state === "done" && artifacts.length === 0
    ? [...wrong, `${key} is done without a file`]
    : wrong
}

const leftovers = ({ incoming, recorded }: Evidence): ReadonlyArray<string> => {
  const over = new Map(
    recorded
      .filter(({ generation }) => hasEnded(generation.state))
      .map(({ generation, key }) => [generation.id, key]),
  )
  return incoming.flatMap((name) => {
    const key = over.get(name)
    return key === undefined ? [] : [`${key} has ended, and incoming/${name} is still there`]
  })
}

const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 23)
