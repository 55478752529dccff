/** A worked command line for a model, from its first example. */
import { type AnyModel, fields } from "@zoetrope/core/Model"
import { flagName } from "../input/Flags.ts"
import { shellWord } from "../terminal/Text.ts"
import type { Words } from "../words/Words.ts"

export const exampleOf = (
  model: AnyModel,
  { language }: Words,
): { readonly command: string; readonly description: string } => {
  const example = model.examples[0] ?? {}
  const flags = fields(model).flatMap((field) => {
    const value: unknown = example[field.name]
    return value === undefined
      ? []
      : [
          `--${flagName(field.name)} ${shellWord(typeof value === "string" ? value : JSON.stringify(value))}`,
        ]
  })
  return {
    command: [`zoetrope generate ${model.id}`, ...flags].join(" "),
    description: model.title[language],
  }
}
