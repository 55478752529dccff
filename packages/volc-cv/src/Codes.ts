/**
 * The published error codes as data: what each document says of a code, in the document's own order,
 * and what we make of it. Owns the tables and the look-up; decides nothing about repeating (`Verdict`
 * in the core does, from the retry column kept here).
 *
 * A row says what its document says. Where we treat it otherwise, it carries a `deviation`; where
 * documents contradict each other, a `conflict`.
 */
import type { CodeKind } from "@zoetrope/core/CodeKind"
import type { Text } from "@zoetrope/core/Model"
import type { Retryable } from "@zoetrope/core/Reason"
import { gateway } from "./codes/gateway.ts"
import { general } from "./codes/general.ts"
import { jimengFamily, jimengVideo } from "./codes/jimeng.ts"
import { lipSync } from "./codes/lipSync.ts"

export { gateway, general, jimengFamily, jimengVideo, lipSync }

/** What a code means, in the core's words; here a success is one of the codes. */
export type Kind = "success" | Exclude<CodeKind, "not-found" | "generation-failed" | "cancelled">

/**
 * What a code says when it answers a poll: something about that *call*, about the *task* itself, that
 * the task is not to be *found*, or none of these, which ends the wait.
 */
export type About = "call" | "task" | "not-found" | "other"

export interface Row {
  /** As it stands in the answer. */
  readonly code: string
  /** The gateway's number beside its code, where a source gives it. */
  readonly codeN?: number
  /** HTTP status, where a source gives it. */
  readonly http?: number
  /** The document's own message or name of the code. */
  readonly message: string
  readonly meaning: Text
  /** The document's own column on trying again (是否需要重试); `undocumented` where it has none. */
  readonly retryable: Retryable
  /** The document's own advice (建议). */
  readonly advice?: Text
  readonly kind: Kind
  /** Where it is not what the kind suggests. */
  readonly about?: About
  /** Where sources disagree: who says what, and which one stands in this row. */
  readonly conflict?: string
  /** Where we treat the code otherwise than its document says. */
  readonly deviation?: { readonly retryable: Retryable; readonly why: string }
}

export interface Table {
  readonly id: "jimeng-video" | "jimeng-family" | "lip-sync" | "general" | "gateway"
  readonly title: string
  readonly source: string
  /** The document's own date of last change, where it shows one. */
  readonly updated?: string
  /** When its rows were brought over. */
  readonly read: string
  readonly rows: ReadonlyArray<Row>
}

/** Which of the documents speaks for a model. */
export type Product = "jimeng-video" | "lip-sync" | "single-image-driving"

/** A code's row, and whether the model's own documents name it. */
export interface Found {
  readonly row: Row
  readonly table: Table
  /** What is repeated goes by this: never `yes` by the word of another product's document. */
  readonly retryable: Retryable
}

/**
 * The row of a business code. A product's own table comes first, then the common table that every
 * document refers to. Another family's table only lends the meaning of a code, never its retry.
 */
export const lookup = (product: Product, code: string): Found | undefined => {
  const tables = order[product]
  const own = find(tables.own, code)
  if (own !== undefined) {
    return { ...own, retryable: own.row.deviation?.retryable ?? own.row.retryable }
  }
  const borrowed = find(tables.borrowed, code)
  return borrowed === undefined ? undefined : { ...borrowed, retryable: "undocumented" }
}

/** The row of a gateway code such as `SignatureDoesNotMatch`. */
export const lookupGateway = (code: string): Row | undefined =>
  gateway.rows.find((row) => row.code === code)

/**
 * What a business code says when it answers a poll. A code of the review and generation range
 * (504xx, 505xx) that no table names is about the task.
 */
export const aboutOf = (found: Found | undefined, code: string): About => {
  if (found === undefined) return /^50[45]\d\d$/.test(code) ? "task" : "other"
  return found.row.about ?? aboutKind[found.row.kind]
}

const aboutKind: { readonly [K in Kind]: About } = {
  success: "other",
  "rate-limited": "call",
  "concurrency-limited": "call",
  "provider-fault": "call",
  unauthorized: "call",
  forbidden: "call",
  "invalid-request": "other",
  "input-moderated": "task",
  "output-moderated": "task",
}

const order: {
  readonly [P in Product]: {
    readonly own: ReadonlyArray<Table>
    readonly borrowed: ReadonlyArray<Table>
  }
} = {
  "jimeng-video": { own: [jimengVideo, jimengFamily, general], borrowed: [lipSync] },
  "lip-sync": { own: [lipSync, general], borrowed: [jimengVideo, jimengFamily] },
  "single-image-driving": { own: [general], borrowed: [lipSync, jimengVideo, jimengFamily] },
}

const find = (
  tables: ReadonlyArray<Table>,
  code: string,
): { readonly row: Row; readonly table: Table } | undefined => {
  for (const table of tables) {
    const row = table.rows.find((one) => one.code === code)
    if (row !== undefined) return { row, table }
  }
  return undefined
}
