/** Models and accounts of this server, as the API shows them. Pure. */
import { Catalogue } from "@zoetrope/api"
import { type AnyModel, fields, jsonSchema } from "@zoetrope/core/Model"
import type { Provider } from "@zoetrope/core/Provider"
import { Schema } from "effect"

/** Each model once, with the accounts that have it, in their order. */
export const modelViews = (providers: ReadonlyArray<Provider>): ReadonlyArray<Catalogue.Model> => {
  const ids = new Set(providers.flatMap(({ models }) => models.map(({ id }) => id)))
  return [...ids].flatMap((id) => {
    const having = providers.filter(({ models }) => models.some((model) => model.id === id))
    const [first] = having
    const model = first?.models.find((one) => one.id === id)
    return first === undefined || model === undefined ? [] : [modelView(first, model, having)]
  })
}

export const accountViews = (
  providers: ReadonlyArray<Provider>,
): ReadonlyArray<typeof Catalogue.Account.Type> =>
  providers.map(({ account, id, key, models }) => ({
    provider: id,
    account,
    key,
    models: models.map((model) => model.id),
  }))

const modelView = (
  provider: Provider,
  model: AnyModel,
  having: ReadonlyArray<Provider>,
): Catalogue.Model => ({
  id: model.id,
  alias: model.alias,
  provider: provider.id,
  title: model.title,
  summary: model.summary,
  kind: model.kind,
  accounts: having.map(({ account }) => account),
  capabilities: {
    cancel: provider.cancel !== undefined,
    find: provider.find !== undefined,
    callbacks: provider.callbacks !== undefined,
  },
  limits: { inFlight: model.limits.inFlight, callsPerSecond: model.limits.callsPerSecond },
  timing: {
    usual: model.timing.usual,
    longest: model.timing.longest,
    retention: model.timing.retention,
    link: model.timing.link,
  },
  documents: model.documents.map(({ title, updated, url }) => ({ title, url, updated })),
  fields: fields(model).map((field) => ({
    name: field.name,
    required: field.required,
    type: field.type,
    choices: field.choices,
    title: field.title,
    description: field.description,
    examples: field.examples.map(plain),
    ...(field.unit === undefined ? {} : { unit: field.unit }),
    ...(field.default === undefined ? {} : { default: plain(field.default) }),
    ...(field.media === undefined ? {} : { media: field.media }),
  })),
  schema: Object.fromEntries(
    Object.entries(jsonSchema(model)).map(([name, value]) => [name, plain(value)]),
  ),
})

/** As JSON has it. */
const plain = (value: unknown): Schema.Json => JSON.parse(JSON.stringify(value)) as Schema.Json
