/**
 * Signs a request in its query, so that a link alone is enough to make it until it expires.
 *
 * The rule is that of `Signer.ts`: every parameter is signed, the list of signed names included, and the
 * query is sent as it was signed. A service that goes by `X-SignedQueries` and one that takes whatever it
 * finds but the signature then read the same. A body has no place here: `X-NotSignBody` stands in every
 * presigned query, and anybody who has the link could put another body behind it.
 *
 * @see https://www.volcengine.com/docs/6369/67268 (read 2026-11-20): parameters and the expiry
 * @see https://github.com/volcengine/volc-sdk-golang/blob/26924eb5/base/sign.go (`SignUrl`, read 2026-11-20):
 * the canonical form, which no document describes
 */
import {
  canonicalRequest,
  joinQuery,
  queryPair,
  signedHeaderNames,
  textToSign,
  type QueryPair,
} from "./Canonical.ts"
import { checkCredential, scopeText, signature } from "./Credential.ts"
import { sha256Hex } from "./Hash.ts"
import {
  dateToSend,
  headersGiven,
  methodToSend,
  oneOf,
  pathToSend,
  queryPairs,
  type SignRequest,
} from "./Outgoing.ts"
import { listedHeaders } from "./SignedHeaders.ts"
import { SignInputError, shown } from "./SignInputError.ts"
import type { SignOptions } from "./Signer.ts"

/** `X-Expires` may stand in the query in place of `expiresSeconds`; no other parameter of the signature may. */
export interface PresignRequest extends Omit<SignRequest, "body" | "bodySha256"> {
  readonly body?: undefined
  readonly bodySha256?: undefined
}

export interface PresignOptions extends Omit<SignOptions, "signedHeaders"> {
  /** How long the query is good for, in whole seconds from `date`. Left out, the service takes 900. */
  readonly expiresSeconds?: number | undefined
  /**
   * Headers that whoever uses the link has to send as they are in the request, such as `host`. None by
   * default, as in Volcengine's SDKs for Go, Java, Python and JavaScript.
   */
  readonly signedHeaders?: ReadonlyArray<string> | undefined
}

/** Holds no key. `query` is as good as a key until it expires, and shows the session token, if one was given. */
export interface Presigned {
  readonly method: string
  /** The path to send. */
  readonly path: string
  /** The query string to send, without `?`. */
  readonly query: string
  readonly canonicalRequest: string
  readonly stringToSign: string
}

/**
 * Signs a request for any Volcengine service (HMAC-SHA256, query form).
 *
 * @throws SignInputError for input that cannot be signed; the message names the field.
 */
export const presign = (request: PresignRequest, options: PresignOptions): Presigned => {
  checkCredential(options, options)
  const date = dateToSend(options.date)
  const method = methodToSend(request.method)
  const path = pathToSend(request.path)
  refuseBody(request)
  const { canonical: sent } = headersGiven(request)
  const token = oneOf(sent, "x-security-token", "options.sessionToken", options.sessionToken)
  const headers = listedHeaders(sent, options.signedHeaders ?? [])
  const scope = { day: date.slice(0, 8), region: options.region, service: options.service }
  const credentialScope = scopeText(scope)
  const signedHeaders = signedHeaderNames(headers)

  const pairs = request.query === undefined ? [] : queryPairs(request.query)
  for (const pair of pairs) checkPair(pair)
  pairs.push(
    ...expiry(pairs, options.expiresSeconds),
    parameter("X-Algorithm", "HMAC-SHA256"),
    parameter("X-Credential", `${options.accessKeyId}/${credentialScope}`),
    parameter("X-Date", date),
    parameter("X-NotSignBody", ""),
    ...(token === undefined ? [] : [parameter("X-Security-Token", token)]),
    parameter("X-SignedHeaders", signedHeaders),
  )
  pairs.push(signedQueries(pairs))

  const query = joinQuery(pairs, "sorted")
  const canonical = canonicalRequest({
    method,
    path,
    query,
    headers,
    signedHeaders,
    bodySha256: emptySha256,
  })
  const stringToSign = textToSign(date, credentialScope, canonical)
  return {
    method,
    path,
    query: `${query}&X-Signature=${signature(options, scope, stringToSign)}`,
    canonicalRequest: canonical,
    stringToSign,
  }
}

const emptySha256 = sha256Hex("")

const refuseBody = (request: { readonly body?: unknown; readonly bodySha256?: unknown }): void => {
  for (const name of ["body", "bodySha256"] as const) {
    if (request[name] === undefined) continue
    throw new SignInputError(
      `request.${name}`,
      "cannot be given: a presigned query signs no body; leave it out, or sign in the headers",
    )
  }
}

/** What a presigned query holds besides the request's own parameters. */
const ownNames: ReadonlySet<string> = new Set([
  "X-Algorithm",
  "X-Credential",
  "X-Date",
  "X-NotSignBody",
  "X-Security-Token",
  "X-Signature",
  "X-SignedHeaders",
  "X-SignedQueries",
])

const checkPair = ({ name }: QueryPair): void => {
  if (name === "" || name.includes(";")) {
    throw new SignInputError(
      "request.query",
      `holds a parameter whose name is ${shown(name)}, which X-SignedQueries cannot list`,
    )
  }
  if (ownNames.has(name)) {
    throw new SignInputError(
      `request.query[${shown(name)}]`,
      "is set by presigning; leave it out, and give the query as it was before a signature",
    )
  }
}

/** The parameter to add, if it is not among the others already. */
const expiry = (
  pairs: ReadonlyArray<QueryPair>,
  seconds: number | undefined,
): ReadonlyArray<QueryPair> => {
  const given = pairs.filter(({ name }) => name === "X-Expires")
  if (seconds === undefined) {
    if (given.length > 1 || given.some(({ text }) => !/^X-Expires=[1-9]\d{0,14}$/.test(text))) {
      throw new SignInputError('request.query["X-Expires"]', wholeSeconds)
    }
    return []
  }
  if (given.length > 0) {
    throw new SignInputError(
      "options.expiresSeconds",
      "is also in the query, as X-Expires; give one of them",
    )
  }
  if (!Number.isSafeInteger(seconds) || seconds < 1) {
    throw new SignInputError("options.expiresSeconds", wholeSeconds)
  }
  return [parameter("X-Expires", String(seconds))]
}

const wholeSeconds = "is not one whole number of seconds, 1 or more"

/** Of text that is known to be ASCII. */
const parameter = (name: string, value: string): QueryPair => queryPair(name, value)!

/** Names every parameter once, itself too, in byte order. They are joined as they stand in the query, since a name may be no UTF-8. */
const signedQueries = (pairs: ReadonlyArray<QueryPair>): QueryPair => {
  const own = parameter("X-SignedQueries", "")
  const escaped = new Map(
    [...pairs, own].map(({ name, text }) => [name, text.slice(0, text.indexOf("="))]),
  )
  const list = [...escaped.keys()].toSorted().map((name) => escaped.get(name))
  return { name: own.name, text: own.text + list.join("%3B") }
}
