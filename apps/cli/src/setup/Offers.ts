/**
 * What can be asked for, by provider: the models of this program, or those of the server that a command
 * works on, in one form. A server may have models that this program does not know.
 */
import type { Catalogue } from "@zoetrope/api"
import { type AnyModel, type Field, fields, jsonSchema } from "@zoetrope/core/Model"
import { Effect } from "effect"
import type { Vendor } from "../Vendor.ts"
import { Connected } from "./Server.ts"

export interface Offer extends Pick<
  Catalogue.Model,
  "id" | "alias" | "title" | "summary" | "kind" | "limits" | "documents"
> {
  readonly timing: Pick<Catalogue.Model["timing"], "usual" | "longest" | "retention" | "link">
  readonly fields: ReadonlyArray<Field>
  readonly schema: () => Readonly<Record<string, unknown>>
  /** Names of the server's accounts that have it, the default one first; absent where there is no server. */
  readonly accounts: ReadonlyArray<string> | undefined
  /** The same of this program, which knows how it is asked for here. */
  readonly own: AnyModel | undefined
}

export interface Group {
  readonly title: string
  readonly offers: ReadonlyArray<Offer>
}

export const all = Effect.fn("Offers.all")(function* (vendors: ReadonlyArray<Vendor>) {
  const connection = yield* Connected
  return connection === undefined
    ? vendors.map(({ models, title }): Group => ({ title, offers: models.map(ofThisProgram) }))
    : ofServer(connection.models, vendors)
})

const ofThisProgram = (model: AnyModel): Offer => ({
  ...model,
  fields: fields(model),
  schema: () => jsonSchema(model),
  accounts: undefined,
  own: model,
})

const ofServer = (
  models: ReadonlyArray<Catalogue.Model>,
  vendors: ReadonlyArray<Vendor>,
): ReadonlyArray<Group> => {
  const known = new Map(
    vendors.flatMap((vendor) => vendor.models.map((model) => [model.id, model])),
  )
  return [...Map.groupBy(models, ({ provider }) => provider)].map(([provider, those]) => ({
    title: vendors.find(({ id }) => id === provider)?.title ?? provider,
    offers: those.map((model) => ({
      ...model,
      fields: model.fields.map((field) => ({
        ...field,
        unit: field.unit,
        default: field.default,
        media: field.media,
      })),
      schema: () => model.schema,
      own: known.get(model.id),
    })),
  }))
}
