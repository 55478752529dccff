/**
 * The rules of a run, as pure functions of what clients were told, what the providers noted and what
 * lies in the data directory. Of our own records only such are believed as one of the others bears out.
 */
import type { LedgerTask } from "@zoetrope/simulator"
import type { Chain } from "./Chain.ts"
import type { Recorded } from "./gather.ts"
import type { Post } from "./Witness.ts"

export interface Evidence {
  readonly chains: ReadonlyArray<Readonly<Chain>>
  readonly recorded: ReadonlyArray<Recorded>
  /** The submits that reached the providers, in order. */
  readonly posts: ReadonlyArray<Post>
  /** What the providers accepted. */
  readonly ledger: ReadonlyArray<
    Pick<LedgerTask, "id" | "state" | "answer"> & { readonly sha256?: string }
  >
  /** SHA-256 of the files that the database names, by their paths. */
  readonly files: ReadonlyMap<string, string>
  /** Ids as a client is shown them, page by page. */
  readonly listed: ReadonlyArray<string>
  /** The server lived before `from` and no more after `to`, in milliseconds since 1970. */
  readonly kills: ReadonlyArray<{ readonly from: number; readonly to: number }>
  readonly undocumented: ReadonlyArray<string>
}

/** What was broken; empty where the promise was kept. */
export const verdict = (evidence: Evidence): ReadonlyArray<string> => [
  ...wronglyTold(evidence),
  ...wronglyCounted(evidence),
  ...wronglySent(evidence),
  ...lost(evidence),
  ...wronglyEnded(evidence),
  ...evidence.undocumented,
]

/** Each client was told one id, which is there and is what it asked for; and it sees how that stands. */
const wronglyTold = ({ chains, recorded }: Evidence): ReadonlyArray<string> => {
  const byId = new Map(recorded.map((one) => [one.generation.id, one]))
  return chains.flatMap(({ contract, gaveUp, ids: [id, ...others], sha256, status, words }) => {
    const name = `${words} of ${contract}`
    if (id === undefined) {
      // A stock client gives up while there is no server, and is never refused.
      return contract === "videos" && gaveUp === "unreached"
        ? []
        : [`${name} was told nothing: ${gaveUp}`]
    }
    const other = others.find((one) => one !== id)
    if (other !== undefined) return [`${name} was told ${id}, and ${other} for the same key`]
    const found = byId.get(id)
    if (found === undefined) return [`${name} was told ${id}, which is not in the database`]
    if (found.words !== words) return [`${name} was told ${id}, which is ${found.words}`]
    const { artifacts, generation } = found
    const expected = contract === "api" ? generation.state : statusOf[generation.state]
    if (status !== expected) {
      return [`${name} is ${generation.state}, and its client sees ${status}`]
    }
    const video = artifacts.find(({ kind }) => kind === "video")
    return sha256 === video?.sha256 ? [] : [`${name} was downloaded with other bytes than are kept`]
  })
}

const statusOf: Readonly<Partial<Record<Recorded["generation"]["state"], string>>> = {
  done: "completed",
  failed: "failed",
  undecided: "in_progress",
}

/** No more generations than were asked for, and none that nobody asked for or that is hidden. */
const wronglyCounted = ({ chains, listed, recorded }: Evidence): ReadonlyArray<string> => {
  const asked = Map.groupBy(chains, ({ words }) => words)
  const there = Map.groupBy(recorded, ({ words }) => words)
  const tooMany = [...there].flatMap(([words, generations]) => {
    const alike = asked.get(words) ?? []
    // One key is one video, however many send it.
    const most = alike[0]?.contract === "api" ? 1 : alike.length
    return generations.length > most
      ? [`${words} was asked for ${alike.length} times and is there ${generations.length} times`]
      : []
  })
  // Two clients may be given the same video only where one of them could not know whether it had one.
  const shared = [...Map.groupBy(chains, ({ ids }) => ids[0] ?? "")].flatMap(([id, several]) => {
    const isSure = several.filter(
      ({ contract, sends }) => contract === "videos" && sends.length === 1,
    )
    return id !== "" && isSure.length > 1
      ? [`${id} was given to ${isSure.length} first creates`]
      : []
  })
  const ids = recorded.map(({ generation }) => generation.id)
  const isSame = ids.toSorted().join() === listed.toSorted().join()
  return [
    ...tooMany,
    ...shared,
    ...(isSame
      ? []
      : [`${ids.length} are in the database, and a client is shown ${listed.length}`]),
  ]
}

/** No submit without a row of its own, and no second task but after a failure that allows it. */
const wronglySent = ({ ledger, posts, recorded }: Evidence): ReadonlyArray<string> => {
  const there = Map.groupBy(recorded, ({ words }) => words)
  const accepted = new Map(ledger.map((task) => [task.id, task]))
  const byWords = [...Map.groupBy(posts, ({ words }) => words)].flatMap(([words, sent]) => {
    const generations = there.get(words) ?? []
    const rows = generations.flatMap(({ tasks }) => tasks)
    const tasks = sent.flatMap(({ taskId = "" }) => accepted.get(taskId) ?? [])
    const remakes = generations
      .flatMap(({ events }) => events)
      .filter(({ kind }) => kind === "remaking")
    const mayPay = tasks.filter(({ state }) => state !== "failed")
    return [
      // Each is sent once, after it was marked.
      ...(sent.some(({ at }, before) => rows.filter(({ sentAt }) => sentAt <= at).length <= before)
        ? [`${words} was submitted ${sent.length} times, and there was no row for each`]
        : []),
      ...(mayPay.length > generations.length
        ? [`${words} is there ${generations.length} times and was paid ${mayPay.length} times`]
        : []),
      ...(tasks.length > generations.length + remakes.length
        ? [`${words} has ${tasks.length} tasks after ${remakes.length} remakes`]
        : []),
    ]
  })
  const marks = posts.flatMap(({ mark }) => mark ?? [])
  const twice = [...new Set(marks)].filter((mark) => marks.filter((one) => one === mark).length > 1)
  return [...byWords, ...twice.map((mark) => `the row with the mark ${mark} was sent twice`)]
}

/** Every task that was accepted is in the one row that it was made for, or its generation is undecided. */
const lost = ({ ledger, posts, recorded }: Evidence): ReadonlyArray<string> => {
  const wordsOf = new Map(posts.map(({ taskId, words }) => [taskId, words]))
  const known = new Map(
    recorded.flatMap((one) =>
      one.tasks.flatMap(({ ref }) => (ref === undefined ? [] : [[ref.taskId, one]])),
    ),
  )
  const rows = recorded.flatMap(({ tasks }) => tasks.flatMap(({ ref }) => ref?.taskId ?? []))
  const accepted = new Set(ledger.map(({ id }) => id))
  const open = Map.groupBy(recorded.filter(isOpen), ({ words }) => words)
  const strangers = ledger.filter(({ id }) => !known.has(id))
  return [
    ...rows
      .filter((id, place) => rows.indexOf(id) !== place)
      .map((id) => `task ${id} is in two rows`),
    ...rows.filter((id) => !accepted.has(id)).map((id) => `task ${id} was never accepted`),
    ...ledger.flatMap(({ id, state }) => {
      const one = known.get(id)
      if (one === undefined) return []
      if (one.words !== wordsOf.get(id))
        return [`task ${id} of ${wordsOf.get(id)} is followed for ${one.words}`]
      return state === "succeeded" && one.generation.state !== "done"
        ? [`${one.words} is ${one.generation.state}, and its task ${id} made a video`]
        : []
    }),
    ...[...Map.groupBy(strangers, ({ id }) => wordsOf.get(id) ?? "nobody's")].flatMap(
      ([words, tasks]) =>
        tasks.length > (open.get(words)?.length ?? 0)
          ? [
              `${words}: task ${tasks.map(({ id }) => id).join(", ")} was accepted, and no row knows it`,
            ]
          : [],
    ),
  ]
}

/** All has ended as the providers ended it, with the files that they made; or it could not be known. */
const wronglyEnded = (evidence: Evidence): ReadonlyArray<string> => {
  const { chains, files, ledger, recorded } = evidence
  const made = new Map(ledger.map(({ id, sha256 }) => [id, sha256]))
  const ends = new Map(chains.map(({ end, words }) => [words, end]))
  return recorded.flatMap((one) => {
    const { artifacts, generation, tasks, words } = one
    const { state, task } = generation
    const broken = artifacts.filter(({ path, sha256 }) => files.get(path) !== sha256)
    if (broken.length > 0) return [`${words} has a file that is not what was recorded`]
    if (state === "undecided") return knowable(one, evidence)
    if (state === "done") {
      const video = artifacts.find(({ kind }) => kind === "video")
      const expected = made.get(task?.ref?.taskId ?? "")
      return expected !== undefined && video?.sha256 === expected
        ? []
        : [`${words} is done with another video than was made for it`]
    }
    const mayFail = ends.get(words) === "failure" || tasks.at(-1)?.state === "refused"
    return state === "failed" && mayFail
      ? []
      : [`${words} is ${state}, and nothing was to make it so`]
  })
}

/** Undecided although a submit was answered while the server lived, or although its provider can be asked. */
const knowable = (one: Recorded, { kills, ledger, posts }: Evidence): ReadonlyArray<string> => {
  const { events, generation, words } = one
  const { task } = generation
  if (task === undefined || !isOpen(one)) return [`${words} is undecided, and its task is known`]
  const accepted = posts.filter(({ taskId }) => taskId !== undefined)
  if (accepted.some(({ mark }) => mark === task.token)) {
    return [`${words} is undecided, and its provider can tell which task it is`]
  }
  const answers = new Map(ledger.map(({ answer, id }) => [id, answer]))
  const sent = posts.filter((post) => post.words === words)
  const wasLost = sent.some(({ taskId }) => taskId === undefined || answers.get(taskId) === "lost")
  const told = events.findLast(({ kind }) => kind === "undecided")?.at ?? Infinity
  const wasKilled = kills.some(({ from, to }) => task.sentAt <= to && told >= from)
  return wasLost || wasKilled
    ? []
    : [`${words} is undecided, and its answer came while the server lived`]
}

/** A task may exist that it does not know. */
const isOpen = ({ generation: { state, task } }: Recorded): boolean =>
  state === "undecided" && task?.ref === undefined
