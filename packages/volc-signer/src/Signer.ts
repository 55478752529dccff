/**
 * Signs a request: canonicalise, then send exactly what was signed.
 *
 * Implementations of this signature differ in what they do with repeated names, runs of spaces, ports
 * and raw paths. A request that is sent in its canonical spelling reads the same to all of them, so the
 * result carries the path, the query and the headers to send, and those are not to be touched again.
 *
 * @see https://www.volcengine.com/docs/6369/67269 (updated 2024-09-14)
 */
import { canonicalRequest, signedHeaderNames, textToSign } from "./Canonical.ts"
import { checkCredential, scopeText, signature, type Credential } from "./Credential.ts"
import {
  dateToSend,
  headersToSend,
  methodToSend,
  pathToSend,
  queryToSend,
  type SignRequest,
} from "./Outgoing.ts"
import { headersToSign } from "./SignedHeaders.ts"

export interface SignOptions extends Credential {
  /** From STS, together with a temporary key. */
  readonly sessionToken?: string | undefined
  /** As the service's page names it: `cn-north-1`. */
  readonly region: string
  /** As the service's page names it: `cv`, `iam`, `billing`. */
  readonly service: string
  /** Now, by default. Cut to the second. */
  readonly date?: Date | undefined
  /**
   * The headers to sign, in place of those of `content-type;host;x-content-sha256;x-date;x-security-token`
   * that are there. Must name `x-date`. Only a list without `host` does without a Host.
   */
  readonly signedHeaders?: ReadonlyArray<string> | undefined
}

/** Holds no key. `headers` and `canonicalRequest` hold the session token, if one was given. */
export interface Signed {
  readonly authorization: string
  /** `content-type;host;x-content-sha256;x-date` */
  readonly signedHeaders: string
  readonly canonicalRequest: string
  readonly stringToSign: string
  /** All headers to send, `Authorization` among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly method: string
  /** The path to send. */
  readonly path: string
  /** The query string to send, without `?`. */
  readonly query: string
}

/**
 * Signs a request for any Volcengine service (HMAC-SHA256, header form).
 *
 * @throws SignInputError for input that cannot be signed; the message names the field.
 */
export const sign = (request: SignRequest, options: SignOptions): Signed => {
  checkCredential(options, options)
  const date = dateToSend(options.date)
  const method = methodToSend(request.method)
  const path = pathToSend(request.path)
  const query = queryToSend(request.query)
  const { headers, canonical: sent } = headersToSend(request, date, options.sessionToken)
  const signed = headersToSign(sent, options.signedHeaders)
  const bodySha256 = headers["X-Content-Sha256"]!

  const signedHeaders = signedHeaderNames(signed)
  const canonical = canonicalRequest({
    method,
    path,
    query,
    headers: signed,
    signedHeaders,
    bodySha256,
  })
  const scope = { day: date.slice(0, 8), region: options.region, service: options.service }
  const credentialScope = scopeText(scope)
  const stringToSign = textToSign(date, credentialScope, canonical)
  const hex = signature(options, scope, stringToSign)
  const authorization = `HMAC-SHA256 Credential=${options.accessKeyId}/${credentialScope}, SignedHeaders=${signedHeaders}, Signature=${hex}`
  headers["Authorization"] = authorization
  return {
    authorization,
    signedHeaders,
    canonicalRequest: canonical,
    stringToSign,
    headers,
    method,
    path,
    query,
  }
}
