/**
 * What the package of a provider exports under the name `plugin`, so that programs which do not know it
 * can take it up: its models, the variables that hold an account, and how an account is opened. Owns the
 * version of this contract, and the reading of an export that somebody else wrote. Loads nothing.
 */
import { type Effect, Result, Schema, SchemaIssue, Struct } from "effect"
import type { HttpClient } from "effect/http"
import { type AnyModel, fields, shown } from "./Model.ts"
import type { Provider } from "./Provider.ts"
import { type InputIssue, InvalidInput } from "./Reason.ts"

/** The version that programs of this release take. It changes when an older plugin would not work any more. */
export const contract = 1

/** The name of the export. */
export const exportName = "plugin"

export interface Plugin {
  /** `Plugin.contract` of the release that it was written for. */
  readonly contract: typeof contract
  /** Of the API family, `volc-cv`: letters in lower case, digits and hyphens. The ids of its models begin with it and a slash. */
  readonly id: string
  /** For people, `Volcengine cv`. */
  readonly title: string
  readonly models: ReadonlyArray<AnyModel>
  readonly variables: Variables
  /**
   * Makes the provider value of one account, from the variables of the current `ConfigProvider`, under
   * the account's name. A failure says what is wrong with them and repeats no value.
   */
  readonly open: (account: string) => Effect.Effect<Provider, Error, HttpClient.HttpClient>
}

/** The names of the variables that hold an account, in the environment or in a config file. */
export interface Variables {
  /** What makes an account: the usual names. */
  readonly credentials: ReadonlyArray<string>
  /** Other names for them, and what may be set besides. */
  readonly others: ReadonlyArray<string>
  /** Holds the address of the service, where it is not the vendor's own. */
  readonly baseUrl: string
}

/**
 * Reads an export that should be a plugin; what the contract does not name is left out. Fails with
 * `InvalidInput`, whose paths lead into the export.
 */
export const read = (exported: unknown): Result.Result<Plugin, InvalidInput> => {
  const issues = issuesOf(exported)
  return issues.length === 0
    ? Result.succeed(Struct.pick(exported as Plugin, members))
    : Result.fail(new InvalidInput({ issues }))
}

const members = ["contract", "id", "title", "models", "variables", "open"] as const

const issuesOf = (exported: unknown): ReadonlyArray<InputIssue> => {
  const version = contractOf(exported)
  if (version !== contract) return [wrongContract(version)]
  const decoded = Schema.decodeUnknownResult(Shape, { errors: "all" })(exported)
  if (Result.isFailure(decoded)) return formatted(decoded.failure.issue)
  const { id, models } = decoded.success
  return models.flatMap((model, index) => [
    ...(model.id.startsWith(`${id}/`)
      ? []
      : [
          {
            path: `/models/${index}/id`,
            message: "does not begin with the id of the provider",
            given: model.id,
            allowed: `${id}/…`,
          },
        ]),
    ...(hasReadableFields((exported as Plugin).models[index]!)
      ? []
      : [{ path: `/models/${index}/input`, message: "has a field that cannot be read" }]),
  ])
}

const contractOf = (exported: unknown): unknown =>
  typeof exported === "object" && exported !== null && "contract" in exported
    ? exported.contract
    : undefined

const wrongContract = (version: unknown): InputIssue => {
  if (version === undefined) {
    return {
      path: "/contract",
      message: "is missing: it does not say for which version of the contract it was written",
      allowed: String(contract),
    }
  }
  return {
    path: "/contract",
    message:
      typeof version === "number" && version > contract
        ? "is newer than this program: update the program, or install an older version of the package"
        : "is no version that this program takes: install a newer version of the package",
    given: shown(version) ?? "",
    allowed: String(contract),
  }
}

/** Flags, forms and JSON Schema are made of these; what throws here would throw there. */
const hasReadableFields = (model: AnyModel): boolean => {
  try {
    return fields(model).every((field) => field.title.en !== "")
  } catch {
    return false
  }
}

const formatted = (issue: SchemaIssue.Issue): ReadonlyArray<InputIssue> =>
  formatIssue(issue).issues.map(({ message, path = [] }) => ({
    path: path.map((part) => `/${String(typeof part === "object" ? part.key : part)}`).join(""),
    message,
  }))

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const aFunction = Schema.declare(
  (value): value is (...args: ReadonlyArray<never>) => unknown => typeof value === "function",
  { expected: "a function" },
)

const inputSchema = Schema.declare(
  (value): value is Schema.Top => Schema.isSchema(value) && "fields" in value,
  { expected: "a Schema.Struct of effect" },
)

const Texts = Schema.Struct({ en: Schema.NonEmptyString, zh: Schema.NonEmptyString })
const Variable = Schema.String.check(
  Schema.isPattern(/^[A-Z][A-Z0-9_]*$/, { message: "is no name of a variable, such as ACME_KEY" }),
)
/** Seconds, or a number of tasks or calls. */
const Amount = Schema.Finite.check(Schema.isGreaterThan(0))

/** As much of a plugin as programs rely on before they open an account. */
const Shape = Schema.Struct({
  id: Schema.String.check(
    Schema.isPattern(/^[a-z][a-z0-9-]*$/, {
      message: "is no id: letters in lower case, digits and hyphens",
    }),
  ),
  title: Schema.NonEmptyString,
  models: Schema.NonEmptyArray(
    Schema.Struct({
      id: Schema.String.check(
        Schema.isPattern(/^[a-z][a-z0-9-]*\/[\w.-]+$/, {
          message: "is no id of a model, such as acme/zoom-1",
        }),
      ),
      alias: Schema.NonEmptyString,
      title: Texts,
      summary: Texts,
      kind: Schema.NonEmptyString,
      input: inputSchema,
      examples: Schema.Array(Schema.Record(Schema.String, Schema.Unknown)),
      rules: aFunction,
      limitGroup: Schema.NonEmptyString,
      limits: Schema.Struct({ inFlight: Amount, callsPerSecond: Amount }),
      timing: Schema.Struct({
        usual: Amount,
        longest: Amount,
        poll: Schema.Struct({ floor: Amount, ceiling: Amount }),
        retention: Amount,
        link: Amount,
      }),
      documents: Schema.NonEmptyArray(
        Schema.Struct({
          title: Schema.String,
          url: Schema.String,
          updated: Schema.String,
        }),
      ),
    }),
  ),
  variables: Schema.Struct({
    credentials: Schema.NonEmptyArray(Variable),
    others: Schema.Array(Variable),
    baseUrl: Variable,
  }),
  open: aFunction,
})
