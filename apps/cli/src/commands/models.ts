/** `zoetrope models` and `zoetrope models show MODEL`: what can be asked for, here or of a server. */
import type { AnyModel } from "@zoetrope/core/Model"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { exampleOf } from "../help/exampleOf.ts"
import { command } from "../Failure.ts"
import { common, described, metavarOf } from "../input/Flags.ts"
import { nearest } from "../input/nearest.ts"
import { json, marked, type Style, styleFor } from "../terminal/Output.ts"
import { program } from "../program.ts"
import * as Offers from "../setup/Offers.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import { pad, roughly, shellWord, wrap } from "../terminal/Text.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const models = (vendors: ReadonlyArray<Vendor>, words: Words) => {
  const [example] = vendors.flatMap((vendor) => vendor.models)
  const group = groupOf(words)
  return group.pipe(
    Command.withHandler((options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const groups = yield* Offers.all(vendors)
          const style = yield* styleFor(process.stdout)
          return {
            text: options.json
              ? json(groups.flatMap(({ offers }) => offers.map(offerJson)))
              : groups.map((one) => listText(one, style)).join("\n\n"),
          }
        }).pipe(within(options)),
      ),
    ),
    Command.withDescription(words.help.models.description),
    Command.withShortDescription(words.help.models.short),
    Command.withExamples([
      { command: "zoetrope models" },
      { command: "zoetrope models --json | jq -r '.[].id'" },
      { command: `zoetrope models show ${example?.id ?? "MODEL"}` },
      {
        command: "zoetrope models --server http://127.0.0.1:8080",
        description: words.help.models.serverExample,
      },
    ]),
    Command.withSubcommands([show(group, vendors, example, words)]),
  )
}

const groupOf = (words: Words) =>
  Command.make("models").pipe(
    Command.withSharedFlags({
      server: Server.flag(words).pipe(Flag.withDescription(words.help.models.server)),
      json: common(words).json,
    }),
  )

type Group = ReturnType<typeof groupOf>

const within = ({ server }: Effect.Success<Group>) =>
  Server.within({ server, dataDir: Option.none() })

const show = (
  group: Group,
  vendors: ReadonlyArray<Vendor>,
  example: AnyModel | undefined,
  words: Words,
) =>
  Command.make(
    "show",
    {
      model: Argument.String("MODEL").pipe(Argument.withDescription(words.help.models.show.model)),
      jsonSchema: Flag.Boolean("json-schema").pipe(
        Flag.withDescription(words.help.models.show.jsonSchema),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
    },
    Effect.fn("models.show")(function* ({ jsonSchema, model }) {
      const options = yield* group
      yield* settle(options.json, () =>
        Effect.gen(function* () {
          const all = (yield* Offers.all(vendors)).flatMap(({ offers }) => offers)
          const found = all.find(({ alias, id }) => id === model || alias === model)
          if (found === undefined) return yield* unknownModel(model, all, options.server)
          if (jsonSchema) return { text: json(found.schema()) }
          return {
            text: options.json
              ? json(detailsJson(found))
              : showText(found, yield* styleFor(process.stdout)),
          }
        }).pipe(within(options)),
      )
    }),
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

/** @param server that was asked for them, where a flag named one */
export const unknownModel = (
  typed: string,
  all: ReadonlyArray<Pick<AnyModel, "id" | "alias">>,
  server: Option.Option<string> = Option.none(),
): BadInput => {
  const ids = nearest(typed, all).map((model) => model.id)
  return new BadInput({
    say: ({ refusals }) => refusals.unknownModel(typed, ids),
    next: [
      command(
        [
          `${program} models`,
          ...Option.toArray(server).map((url) => `--server ${shellWord(url)}`),
        ].join(" "),
      ),
    ],
  })
}

const listText = ({ offers, title }: Offers.Group, style: Style): string =>
  [
    style.paint("bold", title),
    ...offers.flatMap((model) => [
      `  ${style.paint("green", model.id)}`,
      ...wrap(`${titleOf(model, style.words)} · ${model.alias}`, style.columns - 4).map(
        (line) => `    ${line}`,
      ),
    ]),
  ].join("\n")

/** In both languages, the reader's first. */
const titleOf = ({ title }: Pick<AnyModel, "title">, { language }: Words): string =>
  (language === "zh" ? [title.zh, title.en] : [title.en, title.zh]).join(" · ")

const showText = (model: Offers.Offer, style: Style): string => {
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
    ...(model.accounts === undefined
      ? []
      : ([[names.accounts, words.listed(model.accounts)]] as const)),
  ]
  return [
    paint("bold", titleOf(model, words)),
    ...wrap(model.summary[language], columns),
    "",
    ...facts.map(([name, value]) => marked(`  ${paint("dim", pad(name, 14))}`, value, columns)),
    "",
    paint("bold", headings.fields),
    ...model.fields.flatMap((field) => [
      `  ${paint("green", field.name)} ${paint("dim", field.required ? told.required(metavarOf(field)) : metavarOf(field))}`,
      ...wrap(described(field, words), columns - 4).map((line) => `    ${line}`),
    ]),
    "",
    ...(model.own === undefined
      ? []
      : [
          paint("bold", headings.example),
          `  ${paint("cyan", exampleOf(model.own, words).command)}`,
          "",
        ]),
    paint("bold", headings.documents),
    ...model.documents.flatMap((document) => [
      ...wrap(told.document(document.title, document.updated), columns - 2).map(
        (line) => `  ${line}`,
      ),
      `  ${document.url}`,
    ]),
  ].join("\n")
}

const offerJson = ({ accounts, alias, id, kind, summary, title }: Offers.Offer) => ({
  id,
  alias,
  title,
  summary,
  kind,
  ...(accounts === undefined ? {} : { accounts }),
})

const detailsJson = (offer: Offers.Offer) => ({
  ...offerJson(offer),
  limits: offer.limits,
  timing: offer.timing,
  fields: offer.fields,
  ...(offer.own === undefined ? {} : { examples: offer.own.examples }),
  documents: offer.documents,
})
