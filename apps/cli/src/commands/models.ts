/** `zoetrope models` and `zoetrope models show MODEL`: what can be asked for, from the models' own data. */
import { type AnyModel, fields, jsonSchema } from "@zoetrope/core/Model"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { exampleOf } from "../exampleOf.ts"
import { common, described, metavarOf } from "../Flags.ts"
import { nearest } from "../nearest.ts"
import { json, marked, type Style, styleOf } from "../Output.ts"
import { program } from "../program.ts"
import { settle } from "../Settle.ts"
import { pad, roughly, wrap } from "../Text.ts"
import type { Vendor } from "../Vendor.ts"

export const models = (vendors: ReadonlyArray<Vendor>) => {
  const [example] = vendors.flatMap((vendor) => vendor.models)
  return Command.make("models", { json: common.json }, (options) =>
    settle(options.json, () =>
      Effect.sync(() => ({
        text: options.json
          ? json(vendors.flatMap((vendor) => vendor.models.map(modelJson)))
          : vendors.map((vendor) => listText(vendor, styleOf(process.stdout))).join("\n\n"),
      })),
    ),
  ).pipe(
    Command.withDescription("The models that can be asked for, by provider."),
    Command.withShortDescription("What can be asked for"),
    Command.withExamples([
      { command: "zoetrope models" },
      { command: "zoetrope models --json | jq -r '.[].id'" },
      { command: `zoetrope models show ${example?.id ?? "MODEL"}` },
    ]),
    Command.withSubcommands([show(vendors, example)]),
  )
}

const show = (vendors: ReadonlyArray<Vendor>, example: AnyModel | undefined) =>
  Command.make(
    "show",
    {
      model: Argument.String("MODEL").pipe(
        Argument.withDescription("A model's id, or the vendor's own name for it"),
      ),
      json: common.json,
      jsonSchema: Flag.Boolean("json-schema").pipe(
        Flag.withDescription("Print the JSON Schema of the input (draft 2020-12)"),
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
              : showText(model, styleOf(process.stdout)),
          }
        }),
      ),
  ).pipe(
    Command.withDescription("One model: its fields, limits and documents."),
    Command.withShortDescription("One model: fields, limits, documents"),
    Command.withExamples([
      { command: `zoetrope models show ${example?.id ?? "MODEL"}` },
      {
        command: `zoetrope models show ${example?.alias ?? "MODEL"} --json-schema > input.schema.json`,
        description: "by the vendor's own name; a schema for editors and other programs",
      },
    ]),
  )

export const unknownModel = (typed: string, all: ReadonlyArray<AnyModel>): BadInput =>
  new BadInput({
    message: `there is no model ${JSON.stringify(typed)}; the nearest: ${nearest(typed, all)
      .map((model) => model.id)
      .join(", ")}`,
    next: [`\`${program} models\``],
  })

const listText = (vendor: Vendor, style: Style): string =>
  [
    style.paint("bold", vendor.title),
    ...vendor.models.flatMap((model) => [
      `  ${style.paint("green", model.id)}`,
      ...wrap(`${model.title.en} · ${model.title.zh} · ${model.alias}`, style.columns - 4).map(
        (line) => `    ${line}`,
      ),
    ]),
  ].join("\n")

const showText = (model: AnyModel, style: Style): string => {
  const { columns, paint } = style
  const { limits, timing } = model
  const facts: ReadonlyArray<readonly [string, string]> = [
    ["id", model.id],
    ["vendor's name", model.alias],
    [
      "limits",
      `${limits.inFlight} in flight, ${limits.callsPerSecond} calls per second, per account`,
    ],
    ["usually takes", roughly(timing.usual)],
    ["link lives", roughly(timing.link)],
    ["remembered for", roughly(timing.retention)],
  ]
  return [
    paint("bold", `${model.title.en} · ${model.title.zh}`),
    ...wrap(model.summary.en, columns),
    "",
    ...facts.map(([name, value]) => marked(`  ${paint("dim", pad(name, 14))}`, value, columns)),
    "",
    paint("bold", "Fields"),
    ...fields(model).flatMap((field) => [
      `  ${paint("green", field.name)} ${paint("dim", `${metavarOf(field)}${field.required ? ", required" : ""}`)}`,
      ...wrap(described(field), columns - 4).map((line) => `    ${line}`),
    ]),
    "",
    paint("bold", "Example"),
    `  ${paint("cyan", exampleOf(model).command)}`,
    "",
    paint("bold", "Documents"),
    ...model.documents.flatMap((document) => [
      ...wrap(`${document.title}, changed ${document.updated}`, columns - 2).map(
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
