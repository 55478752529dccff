/**
 * One thing that can be asked for, as data: its input schema, its limits, its documents. Owns the
 * check of an input against all of it. Refuses nothing by itself and calls nobody.
 */
import { Result, Schema, SchemaAST, SchemaIssue } from "effect"
import type { CommonFields } from "./CommonFields.ts"
import type { MediaRule } from "./Media.ts"
import { type InputIssue, InvalidInput } from "./Reason.ts"
import type { TaskRef } from "./TaskRef.ts"

/** A text for people, in the two languages of the documents and their readers. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** A page that is the authority for what stands here. */
export interface Document {
  readonly title: string
  readonly url: string
  /** The page's own date of last change, `YYYY-MM-DD`. */
  readonly updated: string
}

export type InputSchema<Input> = Schema.Codec<Input, unknown> & {
  readonly fields: Schema.Struct.Fields
}

/** What a model's own rules have to say about an input that fits the schema. */
export interface Findings {
  readonly issues: ReadonlyArray<InputIssue>
  readonly warnings: ReadonlyArray<string>
}

export interface Model<in out Input = never> {
  /** Stable public id, `volc-cv/jimeng-video-3.0-pro`. */
  readonly id: string
  /** The vendor's own name for it, accepted wherever the id is. */
  readonly alias: string
  readonly title: Text
  readonly summary: Text
  readonly kind: "text-or-image-to-video" | "motion-transfer" | "lip-sync"
  readonly input: InputSchema<Input>
  readonly examples: ReadonlyArray<Input>
  /** Rules that a schema cannot say: fields that exclude each other, what is inside a picture. */
  readonly rules: (input: Input) => Findings
  /** What the vendor's limits count. Models of one group share them. */
  readonly limitGroup: string
  readonly limits: Limits
  readonly timing: Timing
  /** Where the timing depends on what was asked for: told what the handle tells its provider. */
  readonly timingOf?: (query: TaskRef["query"]) => Timing
  readonly documents: readonly [Document, ...ReadonlyArray<Document>]
  /** How it takes what clients ask for that know no vendor. */
  readonly common?: CommonFields<keyof Input & string>
  /**
   * Names that people bring along from the vendor's own document or from a sibling model, and what
   * to use instead. Said in place of a bare "no such field".
   */
  readonly hints?: Readonly<Record<string, string>>
}

/** A model whose input type does not matter here: lists, registries. */
// oxlint-disable-next-line typescript/no-explicit-any -- the input type is invariant, and only `any` stands for all of them
export type AnyModel = Model<any>

export interface Limits {
  /** Tasks in flight on one account. */
  readonly inFlight: number
  /** Calls per second on one account, submits and polls together. */
  readonly callsPerSecond: number
}

/** All in seconds. */
export interface Timing {
  /** What a task usually takes; only paces the polls and the progress shown. */
  readonly usual: number
  /** The longest that was ever known; an undecided submit holds its slot this long. */
  readonly longest: number
  /** Shortest and longest pause between polls. */
  readonly poll: { readonly floor: number; readonly ceiling: number }
  /** How long the provider remembers a task: the default deadline of a wait. */
  readonly retention: number
  /** How long a result link lives. */
  readonly link: number
}

/** The timing of one task, which may depend on what was asked for. */
export const timingFor = (model: AnyModel, ref: TaskRef): Timing =>
  model.timingOf?.(ref.query) ?? model.timing

/** An input that passed, and what is worth a word about it. */
export interface Checked<Input> {
  readonly input: Input
  readonly warnings: ReadonlyArray<string>
}

/** Checks an input against a model's schema and rules. Pure; nothing is fetched, sent or written. */
export const check = <Input>(
  model: Model<Input>,
  input: unknown,
): Result.Result<Checked<Input>, InvalidInput> => {
  const document = model.documents[0].url
  const decoded = Schema.decodeUnknownResult(model.input, {
    errors: "all",
    onExcessProperty: "error",
  })(input)
  if (Result.isFailure(decoded)) {
    const issues = rows(decoded.failure.issue, input).map((row) => {
      const name = row.path.slice(1)
      const known = Object.keys(model.input.fields)
      return {
        ...row,
        ...(row.message === unexpectedKey
          ? row.path.lastIndexOf("/") === 0
            ? {
                message: hintFor(model, name) ?? `${model.id} has no such field`,
                allowed: known.join(", "),
              }
            : { message: "there is no such field" }
          : {}),
        ...(name === "" && !isRecord(input) ? { message: "the input must be an object" } : {}),
        document,
      }
    })
    return Result.fail(new InvalidInput({ issues }))
  }
  const findings = model.rules(decoded.success)
  return findings.issues.length > 0
    ? Result.fail(
        new InvalidInput({ issues: findings.issues.map((issue) => ({ document, ...issue })) }),
      )
    : Result.succeed({ input: decoded.success, warnings: findings.warnings })
}

/** A field may be called `constructor`, which every object knows. */
const hintFor = ({ hints }: AnyModel, name: string): string | undefined =>
  hints !== undefined && Object.hasOwn(hints, name) ? hints[name] : undefined

/** JSON Schema (draft 2020-12) of a model's input. */
export const jsonSchema = (model: AnyModel): Record<string, unknown> => {
  const { definitions, schema } = Schema.toJsonSchemaDocument(model.input, {
    onExcessProperty: "error",
    includeAnnotationKey: (key) => key.startsWith("x-"),
  })
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:zoetrope:model:${model.id}`,
    title: model.title.en,
    description: model.summary.en,
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
    examples: model.examples,
  }
}

/** One input field as data, for flags, forms and lists. */
export interface Field {
  readonly name: string
  readonly required: boolean
  readonly type: "string" | "integer" | "number" | "boolean" | "choice" | "object"
  /** What a `choice` allows. */
  readonly choices: ReadonlyArray<string | number>
  readonly title: Text
  readonly description: Text
  readonly unit: string | undefined
  readonly default: unknown
  readonly examples: ReadonlyArray<unknown>
  readonly media: MediaRule | undefined
}

/** The fields of a model's input, in the order of its document. */
export const fields = (model: AnyModel): ReadonlyArray<Field> =>
  Object.entries(model.input.fields).map(([name, field]) => {
    const ast = field.ast
    const meta = annotationsOf(ast)
    const choices = literalsOf(ast)
    const title = meta.title ?? name
    const description = meta.description ?? ""
    return {
      name,
      required: !SchemaAST.isOptional(ast),
      type: choices.length > 0 ? "choice" : typeOf(ast, meta),
      choices,
      title: { en: title, zh: meta["x-title-zh"] ?? title },
      description: { en: description, zh: meta["x-description-zh"] ?? description },
      unit: meta["x-unit"],
      default: meta.default,
      examples: meta.examples ?? [],
      media: meta["x-media"],
    }
  })

/** Annotations of a field wherever they were put: on it, on its checks, on its key. */
const annotationsOf = (ast: SchemaAST.AST): Partial<Schema.Annotations.Documentation<unknown>> => ({
  ...ast.annotations,
  ...Object.assign({}, ...(ast.checks ?? []).map((one) => one.annotations)),
  ...ast.context?.annotations,
})

const literalsOf = (ast: SchemaAST.AST): ReadonlyArray<string | number> =>
  SchemaAST.isUnion(ast)
    ? ast.types.flatMap((type) =>
        SchemaAST.isLiteral(type) &&
        (typeof type.literal === "string" || typeof type.literal === "number")
          ? [type.literal]
          : [],
      )
    : []

const typeOf = (
  ast: SchemaAST.AST,
  meta: { readonly "x-media"?: MediaRule | undefined },
): Exclude<Field["type"], "choice"> => {
  if (meta["x-media"] !== undefined || SchemaAST.isString(ast)) return "string"
  if (SchemaAST.isBoolean(ast)) return "boolean"
  if (SchemaAST.isNumber(ast)) return isInteger(ast) ? "integer" : "number"
  return "object"
}

/** JSON Schema is the one place where a number says that it is whole. */
const isInteger = (ast: SchemaAST.AST): boolean =>
  Schema.toJsonSchemaDocument(Schema.make(ast)).schema["type"] === "integer"

const isRecord = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === "object" && value !== null

const unexpectedKey = "Expected no value"

const expectedOf = (ast: SchemaAST.AST): string | undefined =>
  /^Expected (.*)$/s.exec(SchemaIssue.defaultLeafHook(new SchemaIssue.InvalidType(ast)))?.[1]

const valueAt = (input: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((value, key) => (isRecord(value) ? value[key] : undefined), input)

/** Characters, enough for an address with a signed query. */
const searched = 500

/**
 * Shows a value in a few words; never the bytes of a file, never a whole data URI, never the query of
 * an address, which may be a signature.
 */
export const shown = (value: unknown): string | undefined => {
  if (value === undefined) return undefined
  if (value instanceof Uint8Array) return `${value.length} bytes`
  const json: string | undefined = JSON.stringify(value)
  if (json === undefined) return typeof value
  // An input may have megabytes, and only its beginning is shown: no more than that is searched.
  const start = json.slice(0, searched)
  const text = start.replace(/(\w+:\/\/[^\s"?]+)\?[^\s"]*/g, "$1?…")
  return text.length > 80 || json.length > searched ? `${text.slice(0, 77)}…` : text
}

/** Flattens a schema issue into rows that a form or a command line can show. */
const rows = (root: SchemaIssue.Issue, input: unknown): Array<InputIssue> => {
  const out: Array<InputIssue> = []
  const push = (path: ReadonlyArray<PropertyKey>, message: string, allowed?: string) => {
    const given = shown(valueAt(input, path))
    out.push({
      path: path.length === 0 ? "" : `/${path.map(String).join("/")}`,
      message,
      ...(given === undefined ? {} : { given }),
      ...(allowed === undefined ? {} : { allowed }),
    })
  }
  const go = (issue: SchemaIssue.Issue, path: ReadonlyArray<PropertyKey>): void => {
    switch (issue._tag) {
      case "Pointer":
        return go(issue.issue, [...path, ...issue.path])
      case "Encoding":
        return go(issue.issue, path)
      case "Composite":
        return issue.issues.forEach((inner) => go(inner, path))
      case "AnyOf":
        return issue.issues.length === 0
          ? push(path, "is not one of the allowed values", expectedOf(issue.ast))
          : issue.issues.forEach((inner) => go(inner, path))
      case "Filter": {
        if (issue.issue._tag === "Pointer" || issue.issue._tag === "Composite") {
          return go(issue.issue, path)
        }
        const expected = issue.filter.annotations?.expected
        return push(
          path,
          SchemaIssue.defaultCheckHook(issue) ?? "is not allowed",
          typeof expected === "string" ? expected : undefined,
        )
      }
      case "InvalidType":
        return push(path, "has the wrong type", expectedOf(issue.ast))
      case "MissingKey":
        return push(path, "is required")
      case "UnexpectedKey":
        return push(path, unexpectedKey)
      default:
        return push(path, SchemaIssue.defaultLeafHook(issue))
    }
  }
  go(root, [])
  return out
}
