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
import { common } from "../Flags.ts"
import { json, type Style, styleOf } from "../Output.ts"
import { settle } from "../Settle.ts"
import { readStdin } from "../Stdin.ts"

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

export const sign = Command.make("sign", { json: common.json }, (options) =>
  settle(options.json, () =>
    Effect.gen(function* () {
      const { date, request } = yield* parse(yield* readStdin("the request", maxRequestBytes))
      const { region, service, signedHeaders } = request
      const signing = { ...(yield* keysOf(request)), region, service, date, signedHeaders }
      if (request.presign === true) return { text: json(yield* presigned(request, signing)) }
      if (request.expiresSeconds !== undefined) {
        return yield* new BadInput({ message: 'expiresSeconds: is only for "presign": true' })
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
      return { text: options.json ? json(result) : shown(result, styleOf(process.stdout)) }
    }),
  ),
).pipe(
  Command.withDescription(
    `Sign a request for any Volcengine service (HMAC-SHA256), and show each step. Reads one JSON object from stdin:
  {method, path?, query?, headers?, body?, region, service, accessKeyId?, secretAccessKey?, sessionToken?, date?, signedHeaders?, presign?, expiresSeconds?}
date is ISO 8601 or 20250805T144938Z; now without it. Without any key in it, the keys are VOLC_ACCESS_KEY_ID, VOLC_SECRET_ACCESS_KEY and VOLC_SESSION_TOKEN of the environment.
With "presign": true the signature goes into the query, for expiresSeconds from date (by default the service's own 900), and {"query": …} is printed: as good as a key until it expires. Sends nothing.`,
  ),
  Command.withShortDescription("Sign a Volcengine request given as JSON on stdin"),
  Command.withExamples([
    { command: "zoetrope sign < request.json" },
    {
      command: "jq '.presign = true | .expiresSeconds = 60' request.json | zoetrope sign",
      description: "the query of a link that is good for a minute",
    },
  ]),
)

const presigned = Effect.fnUntraced(function* (request: SignRequest, signing: SignOptions) {
  const { body, expiresSeconds, ...rest } = request
  if (body !== undefined) {
    return yield* new BadInput({
      message: "body: a presigned query signs no body; leave it out, or sign in the headers",
    })
  }
  const { query } = yield* attempted(() => presignRequest(rest, { ...signing, expiresSeconds }))
  return { query }
})

const attempted = <A>(signing: () => A): Effect.Effect<A, BadInput> =>
  Effect.try({
    try: signing,
    catch: (cause) =>
      new BadInput({
        message:
          cause instanceof SignInputError
            ? cause.message.replace(/^(request|options)\./, "")
            : "this cannot be signed",
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
  const field = ["accessKeyId", "secretAccessKey"][missing]
  return yield* new BadInput({
    message: fromEnvironment
      ? `${field}: is required, and ${variables[missing]} is not set`
      : `${field}: is required where the request holds a part of the keys`,
  })
})

const variables = ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY", "VOLC_SESSION_TOKEN"] as const

/** Names the field that is wrong; never repeats a value, since one of them is the secret. */
const parse = Effect.fnUntraced(function* (text: string) {
  const value = yield* Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new BadInput({ message: "stdin is not JSON" }),
  })
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return yield* new BadInput({ message: "stdin must hold one JSON object" })
  }
  const given: Readonly<Record<string, unknown>> = { ...value }
  const unknown = Object.keys(given).find((name) => !(name in SignRequest.fields))
  if (unknown !== undefined) {
    return yield* new BadInput({
      message: `${JSON.stringify(unknown)} is not a field; allowed: ${Object.keys(SignRequest.fields).join(", ")}`,
    })
  }
  for (const [name, field] of Object.entries(SignRequest.fields)) {
    if (given[name] === undefined && requiredFields.has(name)) {
      return yield* new BadInput({ message: `${name}: is required` })
    }
    if (given[name] !== undefined && !Schema.is(field)(given[name])) {
      return yield* new BadInput({ message: `${name}: has the wrong type` })
    }
  }
  const request = yield* Schema.decodeUnknownEffect(SignRequest)(value).pipe(
    Effect.mapError(() => new BadInput({ message: "stdin does not hold a request" })),
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
    : Result.fail(
        new BadInput({
          message: `date: ${JSON.stringify(text.slice(0, 40))} is not a date; allowed: 2025-08-05T14:49:38Z or 20250805T144938Z`,
        }),
      )
}

const shown = (
  signed: {
    readonly canonicalRequest: string
    readonly stringToSign: string
    readonly headers: Readonly<Record<string, string>>
  },
  { paint }: Style,
): string =>
  [
    paint("bold", "Canonical request"),
    signed.canonicalRequest,
    "",
    paint("bold", "String to sign"),
    signed.stringToSign,
    "",
    paint("bold", "Headers to send"),
    ...Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}`),
  ].join("\n")
