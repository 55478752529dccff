/** What a provider says of itself: its members, its models, their schemas and examples. */
import type * as CommonFields from "@zoetrope/core/CommonFields"
import { type AnyModel, check as checkInput, fields, jsonSchema } from "@zoetrope/core/Model"
import * as Task from "@zoetrope/core/Task"
import { type AnySchema, Ajv2020 } from "ajv/dist/2020.js"
import { Effect, Result } from "effect"
import type { Bench } from "../Bench.ts"
import type { Check } from "../Check.ts"

export const described: Check = {
  name: "a provider and its models describe themselves",
  why: "Commands, forms, pauses and deadlines are made from the description; what it leaves out nobody has.",
  money: false,
  run: Effect.fnUntraced(function* ({ provider, subject }) {
    yield* Effect.void
    const { models } = provider
    const complaints: Array<string> = []
    for (const member of ["cancel", "find", "credits", "callbacks"] as const) {
      const has = provider[member] !== undefined
      const declared = subject[member] !== undefined
      if (has !== declared) {
        complaints.push(
          `${member} is ${has ? "a member, but the subject does not describe it" : "described by the subject, but is no member"}`,
        )
      }
    }
    if (provider.id !== subject.dialect.name) {
      complaints.push(`the provider is ${provider.id}, its dialect ${subject.dialect.name}`)
    }
    const names = models.flatMap(({ alias, id }) => [id, alias])
    if (new Set(names).size !== names.length) complaints.push("two models share an id or an alias")
    for (const model of models) {
      complaints.push(...faultsOf(model, provider.id).map((fault) => `${model.id}: ${fault}`))
      for (const list of ["starts", "badInputs"] as const) {
        if (!subject[list].some((one) => one.model === model.id)) {
          complaints.push(`${model.id}: the subject has none of its ${list}`)
        }
      }
    }
    return complaints
  }),
}

const faultsOf = (model: AnyModel, provider: string): ReadonlyArray<string> => {
  const { documents, limits, timing } = model
  const holds: ReadonlyArray<readonly [boolean, string]> = [
    [model.id.startsWith(`${provider}/`), `its id does not begin with ${provider}/`],
    [model.title.en !== "" && model.summary.en !== "", "it has no English title and summary"],
    [model.examples.length > 0, "it has no example"],
    [limits.inFlight >= 1 && limits.callsPerSecond > 0, "its limits let nothing through"],
    [timing.usual > 0 && timing.longest >= timing.usual, "its longest time is under its usual one"],
    [
      timing.poll.floor > 0 && timing.poll.ceiling >= timing.poll.floor,
      "its pauses are not in order",
    ],
    [timing.retention > 0 && timing.link > 0, "its retention or its link life is not above 0"],
    ...documents.flatMap(({ title, updated, url }) => [
      [
        url.startsWith("https://") && title !== "",
        `a document has no title or address: ${url}`,
      ] as const,
      [/^\d{4}-\d\d-\d\d$/.test(updated), `a document has no date: ${url}`] as const,
    ]),
    ...fields(model).map(
      (field) => [field.description.en !== "", `the field ${field.name} is not described`] as const,
    ),
  ]
  return holds.filter(([well]) => !well).map(([, fault]) => fault)
}

/** Which field each common word stands for, and which of its values the words of a choice. */
const commonOf = ({ common = {} }: AnyModel) =>
  Object.entries(common).map(([word, one]: readonly [string, string | CommonFields.Choice]) =>
    typeof one === "string"
      ? ([word, one, []] as const)
      : ([word, one.field, Object.entries(one.values)] as const),
  )

export const schemas: Check = {
  name: "the JSON Schema of every model is valid, and takes its examples as the model does",
  why: "Forms, flags and agents fill in what the schema says; what it takes must be what is sent.",
  money: false,
  run: Effect.fnUntraced(function* ({ provider }: Bench) {
    const complaints: Array<string> = []
    for (const model of provider.models) {
      const schema = jsonSchema(model)
      // Annotations of our own (`x-…`) are keywords that no validator knows.
      const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
      if (ajv.validateSchema(schema) !== true) {
        complaints.push(`${model.id}: is no JSON Schema of draft 2020-12: ${ajv.errorsText()}`)
        continue
      }
      const takes = (part: AnySchema, value: unknown): string | undefined =>
        ajv.validate(
          {
            ...(schema["$defs"] === undefined ? {} : { $defs: schema["$defs"] }),
            ...(part as object),
          },
          value,
        )
          ? undefined
          : ajv.errorsText()
      const { $id: _, ...anonymous } = schema
      for (const example of model.examples) {
        const shown = JSON.stringify(example)
        const refused = takes(anonymous, example)
        if (refused !== undefined)
          complaints.push(`${model.id}: its schema refuses ${shown}: ${refused}`)
        const checked = checkInput(model, example)
        if (Result.isFailure(checked)) {
          complaints.push(
            `${model.id}: refuses its own example ${shown}: ${checked.failure.message}`,
          )
        }
        const prepared = yield* Effect.result(Task.prepare(provider, model, example))
        if (Result.isFailure(prepared)) complaints.push(`${model.id}: cannot prepare ${shown}`)
      }
      const properties = (schema["properties"] ?? {}) as Readonly<Record<string, AnySchema>>
      for (const [word, field, values] of commonOf(model)) {
        const part = properties[field]
        if (part === undefined) {
          complaints.push(`${model.id}: its ${word} is a field that it does not have: ${field}`)
        }
        for (const [name, value] of part === undefined ? [] : values) {
          const refused = takes(part ?? {}, value)
          if (refused !== undefined) {
            complaints.push(`${model.id}: ${field} refuses what ${word} ${name} stands for`)
          }
        }
      }
      for (const field of fields(model)) {
        const part = properties[field.name]
        for (const example of part === undefined ? [] : field.examples) {
          const refused = takes(part ?? {}, example)
          if (refused !== undefined) {
            complaints.push(
              `${model.id}: ${field.name} refuses its example ${JSON.stringify(example)}`,
            )
          }
        }
      }
      if (takes(anonymous, { ...(model.examples[0] as object), noSuchField: 1 }) === undefined) {
        complaints.push(`${model.id}: its schema takes fields that it does not have`)
      }
    }
    return complaints
  }),
}
