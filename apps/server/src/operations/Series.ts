/**
 * Series of a metric, one for each set of labels. Owns that a series is made once, since the name that a
 * registry knows it by is costly to make, and that there are never more of them than a bound: what
 * comes after that is counted under `other`.
 */
import type { Metric } from "effect"

/** Series of one metric at most; a label whose values come from outside must not fill the memory. */
const mostSeries = 1000

/**
 * @param labels names of the labels, in the order in which `of` is given their values
 * @param make the metric with these attributes
 */
export const series = <const Labels extends ReadonlyArray<string>, Input, State>(
  labels: Labels,
  make: (attributes: Readonly<Record<string, string>>) => Metric.Metric<Input, State>,
): ((...values: ValuesOf<Labels>) => Metric.Metric<Input, State>) => {
  const known = new Map<string, Metric.Metric<Input, State>>()
  const madeFor = (values: ReadonlyArray<string>): Metric.Metric<Input, State> => {
    const key = values.join("\n")
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(
      Object.fromEntries(labels.map((label, place) => [label, values[place] ?? ""])),
    )
    known.set(key, made)
    return made
  }
  return (...values) =>
    known.size < mostSeries || known.has(values.join("\n"))
      ? madeFor(values)
      : madeFor(labels.map(() => "other"))
}

type ValuesOf<Labels extends ReadonlyArray<string>> = { readonly [Place in keyof Labels]: string }
