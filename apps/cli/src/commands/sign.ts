/**
 * `zoetrope sign`: signs one request that is described on stdin, to compare other programs with. It is
 * the one command that prints what it was given; the secret key is not part of that.
 */
import { sign as signRequest, SignInputError } from "@zoetrope/volc-signer"
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
  accessKeyId: Schema.String,
  secretAccessKey: Schema.String,
  sessionToken: Schema.optionalKey(Schema.String),
  date: Schema.optionalKey(Schema.String),
  signedHeaders: Schema.optionalKey(Schema.Array(Schema.String)),
})

export const sign = Command.make("sign", { json: common.json }, (options) =>
  settle(options.json, () =>
    Effect.gen(function* () {
      const { date, request } = yield* parse(yield* readStdin("the request", maxRequestBytes))
      const { accessKeyId, region, secretAccessKey, service, sessionToken, signedHeaders } = request
      const signed = yield* Effect.try({
        try: () =>
          signRequest(request, {
            accessKeyId,
            secretAccessKey,
            region,
            service,
            date,
            sessionToken,
            signedHeaders,
          }),
        catch: (cause) =>
          new BadInput({
            message:
              cause instanceof SignInputError
                ? cause.message.replace(/^(request|options)\./, "")
                : "this cannot be signed",
          }),
      })
      const result = {
        authorization: signed.authorization,
        signedHeaders: signed.signedHeaders,
        canonicalRequest: signed.canonicalRequest,
        stringToSign: signed.stringToSign,
        headers: signed.headers,
      }
      return { text: options.json ? json(result) : shown(result, styleOf(process.stdout)) }
    }),
  ),
).pipe(
  Command.withDescription(
    `Sign a request for any Volcengine service (HMAC-SHA256, header form), and show each step. Reads one JSON object from stdin:
  {method, path?, query?, headers?, body?, region, service, accessKeyId, secretAccessKey, sessionToken?, date?, signedHeaders?}
date is ISO 8601 or 20250805T144938Z; now without it. Sends nothing.`,
  ),
  Command.withShortDescription("Sign a Volcengine request given as JSON on stdin"),
  Command.withExamples([
    { command: "zoetrope sign < request.json" },
    {
      command:
        "jq '.secretAccessKey = env.VOLC_SECRET_ACCESS_KEY' request.json | zoetrope sign --json",
      description: "the key from the environment instead of the file",
    },
  ]),
)

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
    if (given[name] === undefined && !optionalFields.has(name)) {
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

const optionalFields = new Set([
  "path",
  "query",
  "headers",
  "body",
  "sessionToken",
  "date",
  "signedHeaders",
])

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
