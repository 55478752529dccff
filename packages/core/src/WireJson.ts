/**
 * JSON as vendors and the relays before them send it. Owns the tolerance: ids above 2^53 stay whole, and
 * a field of an unexpected type counts as absent, since no oddity in an answer may hide a task id or a
 * link. Knows no vendor's shapes.
 */
import { Effect, Option, Schema, SchemaTransformation } from "effect"

/**
 * JSON with whole numbers above 2^53 kept as the texts they were: task ids have 18 to 20 digits, and a
 * relay in between may have taken their quotes away. `undefined` where the text is no JSON.
 */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) =>
      typeof value === "number" && !Number.isSafeInteger(value) && isDigits(context?.source)
        ? context?.source
        : value,
    )
  } catch {
    return undefined
  }
}

const isDigits = (source: string | undefined): source is string =>
  source !== undefined && /^-?\d+$/.test(source)

/** The object in a text; `undefined` where it is no JSON, or JSON of another kind. */
export const parseObject = (text: string): object | undefined => {
  const value = parse(text)
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined
}

/** Reads what was parsed by a schema; `undefined` where it does not fit. */
export const reader = <S extends Schema.Codec<unknown, unknown>>(
  schema: S,
): ((json: unknown) => S["Type"] | undefined) => {
  const decode = Schema.decodeUnknownOption(schema)
  return (json) => Option.getOrUndefined(decode(json))
}

/** A value of the expected type, or `undefined` for whatever else stands there. */
const orUndefined = <S extends Schema.Codec<unknown, unknown>>(schema: S) =>
  Schema.UndefinedOr(schema).pipe(Schema.catchDecoding(() => Effect.succeedSome(undefined)))

/** A field that may be missing, null or of any type; all but the expected one count as absent. */
export const tolerant = <S extends Schema.Codec<unknown, unknown>>(schema: S) =>
  Schema.optionalKey(orUndefined(schema))

/** A list of which every row is read by itself: one that does not fit is `undefined`, not the end of the list. */
export const rows = <S extends Schema.Codec<unknown, unknown>>(schema: S) =>
  tolerant(Schema.Array(orUndefined(schema)))

/** A text, also where the sender made a number of it; ids above 2^53 come as texts from `parse`. */
export const TextOrNumber = Schema.Union([Schema.NonEmptyString, Schema.Finite]).pipe(
  Schema.decodeTo(
    Schema.String,
    SchemaTransformation.transform<string, string | number>({ decode: String, encode: String }),
  ),
)

/** A number, also where the sender put it in quotes. */
export const NumberOrText = Schema.Union([Schema.Finite, Schema.FiniteFromString])
