/**
 * The search for the task of a lost submit. Vidu lists tasks without their payload, which alone holds
 * our mark, so whatever in the list may be the one is read by itself. Owns the walk through the list;
 * that nothing was found proves nothing.
 *
 * @see https://platform.vidu.com/docs/tasks-list (read 2026-11-20)
 */
import { Effect } from "effect"
import { type Call, isTaskId, type Reply } from "./Client.ts"
import { readCreations, readTaskList, type TaskList, type TaskRow } from "./Schema.ts"
import type { Listed } from "./ViduModel.ts"

export interface Search {
  readonly listed: Listed
  /** What the task carries as its payload. */
  readonly mark: string
  /** When the submit was sent, epoch milliseconds by our clock. */
  readonly sentAt: number
}

export type Found =
  | { readonly _tag: "Found"; readonly taskId: string }
  | { readonly _tag: "Absent" }
  /** A call on the way brought nothing, and so perhaps hid the task. */
  | { readonly _tag: "Failed"; readonly reply: Reply }

/** The service's clock may be behind ours by this much. */
const clockLeewayMillis = 600_000

const rowsPerPage = 100
/** 2,000 tasks within minutes are more than a queue of five lets through. */
const maxPages = 20
/** Rows read one by one, those made nearest to the submit first. */
const maxReads = 100
/** Reads that bring nothing: each may take its whole timeout, and the next look begins anew. */
const maxFailures = 3

export const findTask = Effect.fnUntraced(function* (
  search: Search,
  ask: (call: Call) => Effect.Effect<Reply>,
) {
  const from = search.sentAt - clockLeewayMillis
  const candidates = new Map<string, TaskRow>()
  const seen = new Set<string>()
  let failure: Reply | undefined
  let next: readonly [string, string] | undefined = ["pager.page", "0"]
  for (let page = 1; next !== undefined && page <= maxPages; page++) {
    const reply: Reply = yield* ask({
      _tag: "List",
      query: [
        ["created_at.from", new Date(from).toISOString()],
        ["pager.pagesz", String(rowsPerPage)],
        next,
      ],
    })
    const list: TaskList | undefined = reply._tag === "Ok" ? readTaskList(reply.json) : undefined
    if (list?.tasks === undefined) {
      failure = reply
      break
    }
    const before = seen.size
    for (const row of list.tasks) {
      if (row?.id === undefined || !isTaskId(row.id) || seen.has(row.id)) continue
      seen.add(row.id)
      if (row.payload === search.mark) return found(row.id)
      if (row.payload === undefined && mayBe(search.listed, row, from)) candidates.set(row.id, row)
    }
    // A page of nothing new is the end, or a service that does not know how to turn pages.
    next =
      seen.size === before ? undefined : nextPage(list.next_page_token, list.tasks.length, page)
  }

  const nearest = [...candidates].toSorted(
    ([, a], [, b]) => distance(a, search.sentAt) - distance(b, search.sentAt),
  )
  let failures = 0
  for (const [taskId] of nearest.slice(0, maxReads)) {
    const reply = yield* ask({ _tag: "Creations", taskId })
    if (reply._tag === "Ok") {
      if (readCreations(reply.json)?.payload === search.mark) return found(taskId)
      continue
    }
    failure = reply
    failures += 1
    if (failures === maxFailures) break
  }
  const nothing: Found =
    failure === undefined ? { _tag: "Absent" } : { _tag: "Failed", reply: failure }
  return nothing
})

const found = (taskId: string): Found => ({ _tag: "Found", taskId })

/** By token where the list gives one, else by number while pages are full. */
const nextPage = (
  token: string | undefined,
  length: number,
  page: number,
): readonly [string, string] | undefined => {
  if (token !== undefined && token !== "") return ["pager.page_token", token]
  return length >= rowsPerPage ? ["pager.page", String(page)] : undefined
}

/** What a row leaves out cannot exclude it. */
const mayBe = (listed: Listed, row: TaskRow, from: number): boolean =>
  (row.model === undefined || row.model === listed.model) &&
  (row.prompt === undefined ||
    listed.prompt === undefined ||
    row.prompt.trim() === listed.prompt.trim()) &&
  !(millisOf(row) < from)

const millisOf = (row: TaskRow): number => Date.parse(row.created_at ?? "")

/** Rows without a readable date come last. */
const distance = (row: TaskRow, sentAt: number): number => {
  const millis = Math.abs(millisOf(row) - sentAt)
  return Number.isNaN(millis) ? Number.MAX_SAFE_INTEGER : millis
}
