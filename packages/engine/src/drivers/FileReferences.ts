/**
 * An input as JSON, with its files beside it. Where a file was, the JSON names it by its SHA-256:
 * `{ "$file": "<hash>", "as": … }`. What a person wrote can never be taken for such a name, since each
 * `$file` key of theirs gets one more `$`. Pure: which bytes there are, and nothing of any disk.
 */
import { Option, Result, Schema } from "effect"
import { createHash } from "node:crypto"

const Sha256 = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))

const Reference = Schema.Union([
  Schema.Struct({ $file: Sha256, as: Schema.Literal("bytes") }),
  Schema.Struct({ $file: Sha256, as: Schema.Literal("text") }),
  /** A data URI: `before` and the file in Base64. The file is the picture itself, as with `bytes`. */
  Schema.Struct({ $file: Sha256, as: Schema.Literal("base64"), before: Schema.String }),
])
type Reference = typeof Reference.Type

export interface TakenOut {
  readonly json: Schema.Json
  /** Each file once for each top-level field that it was given in. */
  readonly files: ReadonlyArray<{
    readonly field: string
    readonly sha256: string
    readonly bytes: Uint8Array
  }>
}

/** A `data:` URI of up to this many characters stays in the JSON. */
const longestInline = 1024

/** Fails, in words for a person, where JSON has no form for a value. Fields that are `undefined` are left out. */
export const takeOut = (input: unknown): Result.Result<TakenOut, string> => {
  const files = new Map<string, TakenOut["files"][number]>()
  const add = (field: string, bytes: Uint8Array): string => {
    const sha256 = hashOf(bytes)
    files.set(`${sha256} ${field}`, { field, sha256, bytes })
    return sha256
  }
  const json = plain(input, { field: "input", depth: 0, add })
  return Result.map(json, (value) => ({ json: value, files: [...files.values()] }))
}

/** The hashes that a JSON of `takeOut` names, each once. Fails where a name is none that we wrote. */
export const hashesIn = (json: Schema.Json): Result.Result<ReadonlySet<string>, string> => {
  const found = new Set<string>()
  const look = (value: Schema.Json): string | undefined => {
    if (typeof value !== "object" || value === null) return undefined
    if (!Array.isArray(value) && Object.hasOwn(value, "$file")) {
      const reference = readReference(value)
      if (Option.isNone(reference))
        return "it names a file in a way that this version does not know"
      found.add(reference.value.$file)
      return undefined
    }
    for (const inner of Object.values(value)) {
      const problem = look(inner)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  const problem = look(json)
  return problem === undefined ? Result.succeed(found) : Result.fail(problem)
}

/** What was taken apart, whole again. `bytesOf` is asked for what `hashesIn` found. */
export const putBack = (json: Schema.Json, bytesOf: (sha256: string) => Uint8Array): unknown => {
  if (typeof json !== "object" || json === null) return json
  if (Array.isArray(json)) return json.map((inner) => putBack(inner, bytesOf))
  const reference = readReference(json)
  if (Option.isSome(reference)) return given(reference.value, bytesOf(reference.value.$file))
  return Object.fromEntries(
    Object.entries(json).map(([key, inner]) => [unescaped(key), putBack(inner, bytesOf)]),
  )
}

export const hashOf = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex")

const readReference = Schema.decodeUnknownOption(Reference)

const given = (reference: Reference, bytes: Uint8Array): Uint8Array | string => {
  switch (reference.as) {
    case "bytes":
      return bytes
    case "text":
      return Buffer.from(bytes).toString("utf8")
    case "base64":
      return reference.before + Buffer.from(bytes).toString("base64")
  }
}

interface Place {
  /** The top-level field that it lies in. */
  readonly field: string
  readonly depth: number
  /** Answers with the hash. */
  readonly add: (field: string, bytes: Uint8Array) => string
}

/** Deeper than any model's input; a value that contains itself ends here. */
const deepest = 64

const plain = (value: unknown, place: Place): Result.Result<Schema.Json, string> => {
  const { add, depth, field } = place
  if (value === null || typeof value === "boolean") return Result.succeed(value)
  if (typeof value === "number" && Number.isFinite(value)) return Result.succeed(value)
  if (typeof value === "string") return Result.succeed(textOrFile(value, place))
  if (value instanceof Uint8Array) return Result.succeed({ $file: add(field, value), as: "bytes" })
  if (depth === deepest) return Result.fail(`the field "${field}" is nested too deeply`)
  if (Array.isArray(value)) {
    return Result.all(
      Array.from(value, (inner: unknown) => plain(inner, { ...place, depth: depth + 1 })),
    )
  }
  if (!isPlainObject(value)) return Result.fail(`the field "${field}" holds ${nameOfKind(value)}`)
  const fields: Array<Result.Result<[string, Schema.Json], string>> = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) =>
      Result.map(
        plain(inner, { ...place, depth: depth + 1, field: depth === 0 ? key : field }),
        (json): [string, Schema.Json] => [escaped(key), json],
      ),
    )
  return Result.map(Result.all(fields), Object.fromEntries)
}

const textOrFile = (text: string, { add, field }: Place): Schema.Json => {
  if (text.length <= longestInline || !text.startsWith("data:")) return text
  const [before] = /^data:[^,]{0,200};base64,/i.exec(text) ?? []
  if (before !== undefined) {
    const bytes = Buffer.from(text.slice(before.length), "base64")
    // Base64 can be written in several ways; only the usual one comes back as it was.
    if (before + bytes.toString("base64") === text) {
      return { $file: add(field, bytes), as: "base64", before }
    }
  }
  // Half a surrogate pair has no form in UTF-8; JSON has one for it.
  if (!text.isWellFormed()) return text
  return { $file: add(field, Buffer.from(text, "utf8")), as: "text" }
}

const escaped = (key: string): string => (/^\$+file$/.test(key) ? `$${key}` : key)

const unescaped = (key: string): string => (/^\$\$+file$/.test(key) ? key.slice(1) : key)

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

const nameOfKind = (value: unknown): string =>
  typeof value === "object" && value !== null
    ? `a ${value.constructor?.name ?? "value"}`
    : typeof value === "number"
      ? String(value)
      : `a value of type ${typeof value}`
