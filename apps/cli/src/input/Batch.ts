/**
 * A file of rows to orders, one a row. All rows are checked before any is recorded: what is wrong is
 * told of each, and nothing is half done.
 */
import { type AnyModel, type Field, fields } from "@zoetrope/core/Model"
import type { TaskError } from "@zoetrope/core/TaskError"
import { Effect, Result } from "effect"
import { resolve } from "node:path"
import * as Accounts from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import { unknownModel } from "../commands/models.ts"
import type { Input } from "./Inputs.ts"
import * as Order from "./Order.ts"
import * as Table from "./Table.ts"
import { target } from "./Target.ts"
import type { Vendor } from "../Vendor.ts"
import type { Say } from "../words/Words.ts"

/** Columns that are no field of a model. */
export const ownColumns = ["model", "account", "idempotency_key", "out"] as const

export interface Defaults {
  /** For rows that name none. */
  readonly model: AnyModel | undefined
  readonly account: string | undefined
  /** Fields for every row; what a row says wins. */
  readonly base: Input
  /** A directory, if any: where the files of the rows lie. */
  readonly out: string | undefined
}

/** Issues that are shown at most; the rest is counted. */
const shown = 30

export const orders = Effect.fn("Batch.orders")(function* (
  vendors: ReadonlyArray<Vendor>,
  path: string,
  defaults: Defaults,
) {
  const rows = yield* Table.read(path)
  const accounts = yield* Accounts.load(vendors)
  if (defaults.out !== undefined) yield* target(`${defaults.out}/`)
  const choose = chooser(accounts)
  const seen = duplicates()
  const made: Array<Order.Order> = []
  const issues: Array<Say> = []
  let bad = 0
  for (const row of rows) {
    const found = seen(row)
    const order = yield* Effect.result(orderOf(vendors, choose, row, defaults))
    if (Result.isFailure(order)) found.push(sayingOf(order.failure))
    else made.push(order.success)
    if (found.length > 0) bad += 1
    issues.push(...found.map((say) => inRow(row, say)))
  }
  if (issues.length > 0) {
    return yield* new BadInput({
      say: (words) => {
        const { batch } = words.refusals
        const lines = issues.flatMap((say) => say(words).split("\n"))
        const more = lines.length - shown
        return [
          batch.unusable(bad, rows.length),
          ...lines.slice(0, shown),
          ...(more > 0 ? [batch.more(more)] : []),
        ].join("\n")
      },
    })
  }
  return made
})

const sayingOf = (error: TaskError | BadInput): Say =>
  error._tag === "TaskError" ? ({ packages }) => packages.reason(error) : error.say

/** Every line of it names the row. */
const inRow =
  ({ line, number }: Table.Row, say: Say): Say =>
  (words) =>
    say(words)
      .split("\n")
      .map((text) => words.refusals.batch.row(number, line, text))
      .join("\n")

/** Finds what two rows may not have in common. */
const duplicates = (): ((row: Table.Row) => Array<Say>) => {
  const before = new Map<string, number>()
  return ({ cells, number }) =>
    ["idempotency_key", "out"].flatMap((column): ReadonlyArray<Say> => {
      const cell = cells[column]
      if (typeof cell !== "string" || (column === "out" && /[\\/]$/.test(cell))) return []
      const key = `${column} ${cell.trim()}`
      const first = before.get(key)
      if (first === undefined) before.set(key, number)
      return first === undefined
        ? []
        : [({ refusals }) => refusals.batch.twice(column, cell, first)]
    })
}

const orderOf = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<Vendor>,
  choose: ReturnType<typeof chooser>,
  row: Table.Row,
  defaults: Defaults,
) {
  const own = yield* ownCells(row)
  const { model, vendor } = yield* modelOf(vendors, own.model, defaults.model)
  const opened = yield* choose(vendor, own.account ?? defaults.account)
  const place = yield* target(
    within(defaults.out ?? ".", own.out ?? "./"),
    defaults.out !== undefined,
  )
  const given = Object.entries(row.cells).filter(([name]) => !isOwn(name))
  const typed = given.map(([name, cell]) => [name, valueOf(model, name, cell)] as const)
  const cells = Object.fromEntries(typed)
  return yield* Order.check({
    label: ({ refusals }) => refusals.batch.label(row.number),
    model,
    opened,
    key: own.idempotency_key,
    place,
    base: { ...defaults.base, ...cells },
    fields: cells,
  })
})

/** A slash at the end still says that a directory is meant. */
const within = (directory: string, out: string): string =>
  `${resolve(directory, out)}${/[\\/]$/.test(out) ? "/" : ""}`

/** Opens each account once. */
const chooser = (accounts: ReadonlyArray<Accounts.Account>) => {
  const known = new Map<string, Accounts.Opened>()
  return Effect.fnUntraced(function* (vendor: Vendor, name: string | undefined) {
    const key = JSON.stringify([vendor.id, name])
    const opened = known.get(key) ?? (yield* Accounts.choose(accounts, vendor, name))
    known.set(key, opened)
    return opened
  })
}

const isOwn = (name: string): boolean => (ownColumns as ReadonlyArray<string>).includes(name)

type Own = { readonly [Column in (typeof ownColumns)[number]]?: string }

const ownCells = (row: Table.Row): Effect.Effect<Own, BadInput> => {
  const own: { [Column in (typeof ownColumns)[number]]?: string } = {}
  for (const column of ownColumns) {
    const cell = row.cells[column]
    if (cell === undefined) continue
    if (typeof cell !== "string" || cell.trim() === "") {
      return Effect.fail(new BadInput({ say: ({ refusals }) => refusals.batch.notText(column) }))
    }
    own[column] = cell.trim()
  }
  return Effect.succeed(own)
}

const modelOf = (
  vendors: ReadonlyArray<Vendor>,
  name: string | undefined,
  fallback: AnyModel | undefined,
): Effect.Effect<{ readonly model: AnyModel; readonly vendor: Vendor }, BadInput> => {
  const wanted = name ?? fallback?.id
  if (wanted === undefined) {
    return Effect.fail(new BadInput({ say: ({ refusals }) => refusals.batch.noModel }))
  }
  for (const vendor of vendors) {
    const model = vendor.models.find(({ alias, id }) => id === wanted || alias === wanted)
    if (model !== undefined) return Effect.succeed({ model, vendor })
  }
  const all = vendors.flatMap(({ models }) => models)
  const { say } = unknownModel(wanted, all)
  return Effect.fail(new BadInput({ say: (words) => words.refusals.batch.badModel(say(words)) }))
}

/** The text of a cell as its field takes it; what cannot be read is left for the model's own check. */
const valueOf = (model: AnyModel, name: string, cell: unknown): unknown => {
  const field = fields(model).find((one) => one.name === name)
  return typeof cell === "string" && field !== undefined ? typed(field, cell) : cell
}

const typed = (field: Field, cell: string): unknown => {
  const text = cell.trim()
  switch (field.type) {
    case "choice":
      return field.choices.find((choice) => String(choice) === text) ?? text
    case "boolean":
      return text === "true" ? true : text === "false" ? false : text
    case "integer":
    case "number":
      return Number.isNaN(Number(text)) ? text : Number(text)
    default:
      return cell
  }
}
