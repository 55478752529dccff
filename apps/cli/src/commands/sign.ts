/**
 * `zoetrope sign`: signs one request that is described on stdin, to compare other programs with. It is
 * the one command that prints what it was given; the secret key is not part of that, and no key is ever
 * an argument, where other users of the machine could read it.
 */
import {
  presign as presignRequest,
  sign as signRequest,
  SignInputError,
  type SignOptions,
} from "@zoetrope/volc-signer"
import { Effect, Result, Schema } from "effect"
import { Command } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { command } from "../Failure.ts"
import { common } from "../input/Flags.ts"
import { json, type Style, styleFor } from "../terminal/Output.ts"
import { program } from "../program.ts"
import { settle } from "../Settle.ts"
import { readStdin } from "../input/Stdin.ts"
import type { Say, Words } from "../words/Words.ts"

const maxRequestBytes = 32_000_000

const Scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
const QueryValue = Schema.Union([Scalar, Schema.Null, Schema.Array(Scalar)])

const SignRequest = Schema.Struct({
  method: Schema.String,
  path: Schema.optionalKey(Schema.String),
  query: Schema.optionalKey(
    Schema.Union([
      Schema.String,
      Schema.Record(Schema.String, QueryValue),
      Schema.Array(Schema.Tuple([Schema.String, QueryValue])),
    ]),
  ),
  headers: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Union([Scalar, Schema.Array(Schema.String)])),
  ),
  body: Schema.optionalKey(Schema.String),
  region: Schema.String,
  service: Schema.String,
  accessKeyId: Schema.optionalKey(Schema.String),
  secretAccessKey: Schema.optionalKey(Schema.String),
  sessionToken: Schema.optionalKey(Schema.String),
  date: Schema.optionalKey(Schema.String),
  signedHeaders: Schema.optionalKey(Schema.Array(Schema.String)),
  presign: Schema.optionalKey(Schema.Boolean),
  expiresSeconds: Schema.optionalKey(Schema.Finite),
})
type SignRequest = typeof SignRequest.Type

export const sign = (words: Words) =>
  Command.make("sign", { json: common(words).json }, (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const { date, request } = yield* parse(yield* readStdin(theRequest, maxRequestBytes))
        const { region, service, signedHeaders } = request
        const signing = { ...(yield* keysOf(request)), region, service, date, signedHeaders }
        if (request.presign === true) return { text: json(yield* presigned(request, signing)) }
        if (request.expiresSeconds !== undefined) {
          return yield* refused(({ onlyPresign }) => onlyPresign)
        }
        const { authorization, canonicalRequest, headers, stringToSign, ...signed } =
          yield* attempted(() => signRequest(request, signing))
        const result = {
          authorization,
          signedHeaders: signed.signedHeaders,
          canonicalRequest,
          stringToSign,
          headers,
        }
        return {
          text: options.json ? json(result) : shown(result, yield* styleFor(process.stdout)),
        }
      }),
    ),
  ).pipe(
    Command.withDescription(
      words.help.sign.description(
        "{method, path?, query?, headers?, body?, region, service, accessKeyId?, secretAccessKey?, sessionToken?, date?, signedHeaders?, presign?, expiresSeconds?}",
      ),
    ),
    Command.withShortDescription(words.help.sign.short),
    Command.withExamples([
      { command: "zoetrope sign < request.json" },
      {
        command: "jq '.presign = true | .expiresSeconds = 60' request.json | zoetrope sign",
        description: words.help.sign.presign,
      },
    ]),
  )

const theRequest: Say = ({ output }) => output.theRequest

const refused = (why: (words: Words["refusals"]["sign"]) => string): BadInput =>
  new BadInput({
    say: ({ refusals }) => why(refusals.sign),
    next: [command(`${program} sign --help`)],
  })

const presigned = Effect.fnUntraced(function* (request: SignRequest, signing: SignOptions) {
  const { body, expiresSeconds, ...rest } = request
  if (body !== undefined) {
    return yield* refused(({ noBody }) => noBody)
  }
  const { query } = yield* attempted(() => presignRequest(rest, { ...signing, expiresSeconds }))
  return { query }
})

const attempted = <A>(signing: () => A): Effect.Effect<A, BadInput> =>
  Effect.try({
    try: signing,
    catch: (cause) =>
      new BadInput({
        say: (words) =>
          cause instanceof SignInputError
            ? words.packages.sentence(cause.message.replace(/^(request|options)\./, ""))
            : words.refusals.sign.cannot,
      }),
  })

/** All of them from the request or all from the environment: never one half of each. */
const keysOf = Effect.fnUntraced(function* (request: SignRequest) {
  const given = [request.accessKeyId, request.secretAccessKey, request.sessionToken]
  const fromEnvironment = given.every((part) => part === undefined)
  const [accessKeyId, secretAccessKey, sessionToken] = fromEnvironment
    ? variables.map((name) => process.env[name] || undefined)
    : given
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    return { accessKeyId, secretAccessKey, sessionToken }
  }
  const missing = accessKeyId === undefined ? 0 : 1
  const field = fieldNames[missing]
  return yield* refused(({ halfGiven, notSet }) =>
    fromEnvironment ? notSet(field, variables[missing]) : halfGiven(field),
  )
})

const fieldNames = ["accessKeyId", "secretAccessKey"] as const
const variables = ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY", "VOLC_SESSION_TOKEN"] as const

/** Names the field that is wrong; never repeats a value, since one of them is the secret. */
const parse = Effect.fnUntraced(function* (text: string) {
  const value = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => refused(({ notJson }) => notJson),
  })
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return yield* refused(({ notObject }) => notObject)
  }
  const given: Readonly<Record<string, unknown>> = { ...value }
  const unknown = Object.keys(given).find((name) => !(name in SignRequest.fields))
  if (unknown !== undefined) {
    return yield* refused(({ notAField }) => notAField(unknown, Object.keys(SignRequest.fields)))
  }
  for (const [name, field] of Object.entries(SignRequest.fields)) {
    if (given[name] === undefined && requiredFields.has(name)) {
      return yield* refused(({ required }) => required(name))
    }
    if (given[name] !== undefined && !Schema.is(field)(given[name])) {
      return yield* refused(({ wrongType }) => wrongType(name))
    }
  }
  const request = yield* Schema.decodeUnknownEffect(SignRequest)(value).pipe(
    Effect.mapError(() => refused(({ notARequest }) => notARequest)),
  )
  const date = request.date === undefined ? Result.succeed(undefined) : dateOf(request.date)
  if (Result.isFailure(date)) return yield* date.failure
  return { request, date: date.success }
})

const requiredFields = new Set(["method", "region", "service"])

const dateOf = (text: string): Result.Result<Date, BadInput> => {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z")
  const date = new Date(iso)
  return /^\d{4}-\d\d-\d\d/.test(iso) && !Number.isNaN(date.getTime())
    ? Result.succeed(date)
    : Result.fail(refused(({ notADate }) => notADate(text.slice(0, 40))))
}

const shown = (
  signed: {
    readonly canonicalRequest: string
    readonly stringToSign: string
    readonly headers: Readonly<Record<string, string>>
  },
  { paint, words: { headings } }: Style,
): string =>
  [
    paint("bold", headings.canonicalRequest),
    signed.canonicalRequest,
    "",
    paint("bold", headings.stringToSign),
    signed.stringToSign,
    "",
    paint("bold", headings.headersToSend),
    ...Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`),
  ].join("\n")
