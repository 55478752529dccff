/** The models whose names are nearest to what was typed: for a name that is no model's. */
import type { AnyModel } from "@zoetrope/core/Model"

export const nearest = <Named extends Pick<AnyModel, "id" | "alias">>(
  typed: string,
  models: ReadonlyArray<Named>,
): ReadonlyArray<Named> => {
  const score = (model: Named): number =>
    Math.max(
      ...[model.id, model.id.split("/").at(-1)!, model.alias].map((name) => likeness(typed, name)),
    )
  return models
    .map((model) => ({ model, score: score(model) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ model }) => model)
}

/** Share of the pairs of neighbouring letters that two words have in common (Dice). */
const likeness = (a: string, b: string): number => {
  const left = pairs(a)
  const right = pairs(b)
  const common = left.filter((pair) => {
    const index = right.indexOf(pair)
    if (index >= 0) right.splice(index, 1)
    return index >= 0
  }).length
  return (2 * common) / Math.max(1, left.length + pairs(b).length)
}

const pairs = (word: string): Array<string> => {
  const letters = word.toLowerCase()
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) =>
    letters.slice(at, at + 2),
  )
}
