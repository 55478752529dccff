/** `zoetrope models` and `zoetrope models show MODEL`: what can be asked for, from the models' own data. */
import { type AnyModel, fields, jsonSchema } from "@zoetrope/core/Model"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { exampleOf } from "../help/exampleOf.ts"
import { command } from "../Failure.ts"
import { common, described, metavarOf } from "../input/Flags.ts"
import { nearest } from "../input/nearest.ts"
import { json, marked, type Style, styleFor } from "../terminal/Output.ts"
import { program } from "../program.ts"
import { settle } from "../Settle.ts"
import { pad, roughly, wrap } from "../terminal/Text.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const models = (vendors: ReadonlyArray<Vendor>, words: Words) => {
  const [example] = vendors.flatMap((vendor) => vendor.models)
  return Command.make("models", { json: common(words).json }, (options) =>
    settle(options.json, () =>
      Effect.map(styleFor(process.stdout), (style) => ({
        text: options.json
          ? json(vendors.flatMap((vendor) => vendor.models.map(modelJson)))
          : vendors.map((vendor) => listText(vendor, style)).join("\n\n"),
      })),
    ),
  ).pipe(
    Command.withDescription(words.help.models.description),
    Command.withShortDescription(words.help.models.short),
    Command.withExamples([
      { command: "zoetrope models" },
      { command: "zoetrope models --json | jq -r '.[].id'" },
      { command: `zoetrope models show ${example?.id ?? "MODEL"}` },
    ]),
    Command.withSubcommands([show(vendors, example, words)]),
  )
}

const show = (vendors: ReadonlyArray<Vendor>, example: AnyModel | undefined, words: Words) =>
  Command.make(
    "show",
    {
      model: Argument.String("MODEL").pipe(Argument.withDescription(words.help.models.show.model)),
      json: common(words).json,
      jsonSchema: Flag.Boolean("json-schema").pipe(
        Flag.withDescription(words.help.models.show.jsonSchema),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const all = vendors.flatMap((vendor) => vendor.models)
          const model = all.find((one) => one.id === options.model || one.alias === options.model)
          if (model === undefined) return yield* unknownModel(options.model, all)
          if (options.jsonSchema) return { text: json(jsonSchema(model)) }
          return {
            text: options.json
              ? json(detailsJson(model))
              : showText(model, yield* styleFor(process.stdout)),
          }
        }),
      ),
  ).pipe(
    Command.withDescription(words.help.models.show.description),
    Command.withShortDescription(words.help.models.show.short),
    Command.withExamples([
      { command: `zoetrope models show ${example?.id ?? "MODEL"}` },
      {
        command: `zoetrope models show ${example?.alias ?? "MODEL"} --json-schema > input.schema.json`,
        description: words.help.models.show.schemaExample,
      },
    ]),
  )

export const unknownModel = (typed: string, all: ReadonlyArray<AnyModel>): BadInput => {
  const ids = nearest(typed, all).map((model) => model.id)
  return new BadInput({
    say: ({ refusals }) => refusals.unknownModel(typed, ids),
    next: [command(`${program} models`)],
  })
}

const listText = (vendor: Vendor, style: Style): string =>
  [
    style.paint("bold", vendor.title),
    ...vendor.models.flatMap((model) => [
      `  ${style.paint("green", model.id)}`,
      ...wrap(`${titleOf(model, style.words)} · ${model.alias}`, style.columns - 4).map(
        (line) => `    ${line}`,
      ),
    ]),
  ].join("\n")

/** In both languages, the reader's first. */
const titleOf = ({ title }: AnyModel, { language }: Words): string =>
  (language === "zh" ? [title.zh, title.en] : [title.en, title.zh]).join(" · ")

const showText = (model: AnyModel, style: Style): string => {
  const { columns, paint, words } = style
  const { headings, language, models: told } = words
  const names = told.facts
  const { limits, timing } = model
  const facts: ReadonlyArray<readonly [string, string]> = [
    [names.id, model.id],
    [names.alias, model.alias],
    [names.limits, told.limits(limits.inFlight, limits.callsPerSecond)],
    [names.usual, roughly(timing.usual, words)],
    [names.link, roughly(timing.link, words)],
    [names.retention, roughly(timing.retention, words)],
  ]
  return [
    paint("bold", titleOf(model, words)),
    ...wrap(model.summary[language], columns),
    "",
    ...facts.map(([name, value]) => marked(`  ${paint("dim", pad(name, 14))}`, value, columns)),
    "",
    paint("bold", headings.fields),
    ...fields(model).flatMap((field) => [
      `  ${paint("green", field.name)} ${paint("dim", field.required ? told.required(metavarOf(field)) : metavarOf(field))}`,
      ...wrap(described(field, words), columns - 4).map((line) => `    ${line}`),
    ]),
    "",
    paint("bold", headings.example),
    `  ${paint("cyan", exampleOf(model, words).command)}`,
    "",
    paint("bold", headings.documents),
    ...model.documents.flatMap((document) => [
      ...wrap(told.document(document.title, document.updated), columns - 2).map(
        (line) => `  ${line}`,
      ),
      `  ${document.url}`,
    ]),
  ].join("\n")
}

const modelJson = (model: AnyModel) => ({
  id: model.id,
  alias: model.alias,
  title: model.title,
  summary: model.summary,
  kind: model.kind,
})

const detailsJson = (model: AnyModel) => ({
  ...modelJson(model),
  limits: model.limits,
  timing: model.timing,
  fields: fields(model),
  examples: model.examples,
  documents: model.documents,
})
