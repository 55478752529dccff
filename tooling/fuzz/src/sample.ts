/** A value that a schema takes, as far as it says: made of its examples, choices and bounds. */
import type { Chance } from "./Chance.ts"
import type { Schema } from "./Contract.ts"

export const sample = (
  chance: Chance,
  given: Schema,
  resolved: (schema: Schema) => Schema,
  depth = 0,
): unknown => {
  const schema = resolved(given)
  const of = (inner: Schema): unknown => sample(chance, inner, resolved, depth + 1)
  if (schema.examples !== undefined && chance.often(0.7)) return chance.any(schema.examples)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return chance.any(schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return of(chance.any(choices) ?? {})
  switch (schema.type) {
    case "boolean":
      return chance.often(0.5)
    case "integer":
      return chance.whole(schema.minimum ?? 0, Math.min(schema.maximum ?? 1000, 1e9))
    case "number":
      return (schema.minimum ?? 0) + chance.next()
    case "array":
      return Array.from({ length: chance.whole(0, 3) }, () => of(schema.items ?? {}))
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name]) => (schema.required ?? []).includes(name) || chance.often(0.4))
          .map(([name, inner]) => [name, depth > 6 ? null : of(inner)]),
      )
    case "string":
      return chance.pick(["a", "a red kite", "k3f9x0a7mq2z", "2026-01-01T00:00:00Z"])
    default:
      return null
  }
}
