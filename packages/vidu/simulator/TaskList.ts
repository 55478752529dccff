/**
 * The list of an organisation's tasks, newest first, by pages. Rows have no payload.
 *
 * One official page calls the parameters of paging `pager.page` and `pager.pagesz`, another
 * `paper.page` and `paper.pagesz`, both beside `pager.page_token`; either spelling is taken. Neither
 * page says in which order the rows come.
 *
 * @see https://platform.vidu.com/docs/tasks-list
 * @see https://platform.vidu.cn/docs 查询任务列表 (copy of 2026-08)
 */
import type { World } from "@zoetrope/simulator"
import { creationsOf } from "./Creations.ts"
import { invalid, Refusal } from "./Envelope.ts"
import type { Job } from "./Jobs.ts"
import { creditsOf, stateOf } from "./States.ts"

export interface ListQuery {
  /** Milliseconds of simulated time. */
  readonly from: number | undefined
  readonly to: number | undefined
  readonly taskIds: ReadonlyArray<string>
  readonly templates: ReadonlyArray<string>
  /** Without the name's first part: `q2-pro`, `2.0`. */
  readonly modelVersions: ReadonlyArray<string>
  readonly resolutions: ReadonlyArray<string>
  readonly states: ReadonlyArray<string>
  readonly page: number
  readonly pageSize: number
  /** Number of the job after which, going back in time, the page begins. */
  readonly before: number | undefined
}

const DEFAULT_PAGE_SIZE = 10
const MAX_PAGE_SIZE = 100
/** The default window, in milliseconds. */
const WINDOW = 7 * 24 * 3600 * 1000

/** Throws `Refusal`. Parameters that are not known are passed over. */
export const readListQuery = (raw: string): ListQuery => {
  const query = new URLSearchParams(raw)
  const pageSize = natural(query, ["pager.pagesz", "paper.pagesz"]) ?? DEFAULT_PAGE_SIZE
  if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) throw invalid("pager.pagesz")
  return {
    from: moment(query, "created_at.from"),
    to: moment(query, "created_at.to"),
    taskIds: query.getAll("task_ids"),
    templates: query.getAll("templates"),
    modelVersions: query.getAll("model_versions"),
    resolutions: query.getAll("resolutions"),
    states: query.getAll("states"),
    page: natural(query, ["pager.page", "paper.page"]) ?? 0,
    pageSize,
    before: readToken(query.get("pager.page_token") ?? ""),
  }
}

/** `jobs` are those of the organisation, oldest first. */
export const listBody = (query: ListQuery, jobs: ReadonlyArray<Job>, world: World) => {
  const { page, pageSize, before } = query
  const found = jobs
    .filter((job) => before === undefined || job.number < before)
    .filter((job) => matches(query, job, world))
    .toReversed()
  // A token says where the page begins, and a page number then says nothing.
  const start = before === undefined ? page * pageSize : 0
  const shown = found.slice(start, start + pageSize)
  const last = found.length > start + pageSize ? shown.at(-1) : undefined
  return {
    next_page_token: last === undefined ? "" : tokenAfter(last.number),
    tasks: shown.map((job) => row(job, world)),
  }
}

const matches = (query: ListQuery, job: Job, world: World): boolean => {
  const phase = job.task.phase()
  if (phase._tag === "Forgotten") return false
  const { acceptedAt } = job.task
  const { from = world.clock.now() - WINDOW, to = Number.POSITIVE_INFINITY } = query
  const { key } = job.order.model
  return (
    acceptedAt >= from &&
    acceptedAt <= to &&
    isIn(query.taskIds, job.task.id) &&
    // No task of image to video has a template.
    isIn(query.templates, "") &&
    isIn(query.modelVersions, key.replace("vidu", "")) &&
    isIn(query.resolutions, job.order.resolution) &&
    isIn(query.states, stateOf(job, phase, world.clock.now()))
  )
}

/** Whether a filter lets a value pass: none is given, or it is among those given. */
const isIn = (wanted: ReadonlyArray<string>, value: string): boolean =>
  wanted.length === 0 || wanted.includes(value)

const row = (job: Job, world: World) => {
  const phase = job.task.phase()
  const { task, order, account, createdAt } = job
  return {
    id: task.id,
    key_id: account.id,
    type: "img2video",
    template: "",
    model: order.model.key,
    prompt: order.prompt,
    // The bytes of a data URI are not kept.
    images: order.image === "" ? [] : [order.image],
    duration: order.duration,
    resolution: order.resolution,
    aspect_ratio: "",
    state: stateOf(job, phase, world.clock.now()),
    creations: creationsOf(job, phase, world),
    created_at: createdAt,
    credits: creditsOf(job, phase),
  }
}

const natural = (query: URLSearchParams, names: ReadonlyArray<string>): number | undefined => {
  for (const name of names) {
    const text = query.get(name)
    if (text === null || text === "") continue
    if (!/^\d{1,9}$/.test(text)) throw unreadable(name, text)
    return Number(text)
  }
  return undefined
}

const moment = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name)
  if (text === null || text === "") return undefined
  const time = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw unreadable(name, text)
  return time
}

const unreadable = (name: string, text: string): Refusal =>
  new Refusal(
    "CODEC",
    `parsing field "${name}": invalid value ${JSON.stringify(text.slice(0, 60))}`,
  )

const tokenAfter = (number: number): string => Buffer.from(`before:${number}`).toString("base64url")

const readToken = (token: string): number | undefined => {
  if (token === "") return undefined
  const number = /^before:(\d{1,9})$/.exec(Buffer.from(token, "base64url").toString())?.[1]
  if (number === undefined) throw invalid("pager.page_token")
  return Number(number)
}
