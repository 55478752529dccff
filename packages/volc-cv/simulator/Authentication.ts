/**
 * Whether a request may pass the gateway: its signature is rebuilt from the bytes received, and a
 * refusal gets the gateway's documented code and HTTP status. The order of the checks is documented
 * nowhere; this one tells a wrong clock, a wrong key and a wrong secret apart.
 */
import { timingSafeEqual } from "node:crypto"
import type { Account, Received, World } from "@zoetrope/simulator"
import { type Refusal, verify } from "@zoetrope/volc-signer"
import { type GatewayCode, gatewayCodes } from "./Codes.ts"

export type Admission =
  | { readonly _tag: "Admitted"; readonly account: Account }
  | {
      readonly _tag: "Refused"
      readonly error: GatewayCode
      readonly message: string
      /** Whose key it was, once the signature was proven. */
      readonly account?: string
    }

/**
 * How far `X-Date` may be off, in seconds. No document gives a number for signatures in headers;
 * 900 is that of signatures in the query.
 *
 * @see https://www.volcengine.com/docs/6369/67268
 */
const WINDOW_SECONDS = 900

export const admit = (request: Received, action: string, world: World): Admission => {
  const checked = verify(request, {
    secretFor: (id) => accountOf(id, world)?.secret,
    now: new Date(world.clock.wall()),
    windowSeconds: WINDOW_SECONDS,
  })
  if (checked._tag !== "Verified") return refusalOf(checked, request.headers)
  const { accessKeyId, scope } = checked
  const account = accountOf(accessKeyId, world)
  // A wrong region is not told from a wrong secret: requests signed for another one were seen to
  // be answered so.
  if (account === undefined || scope.region !== "cn-north-1" || scope.service !== "cv") {
    return refused(gatewayCodes.signature, MISMATCH)
  }
  const token = request.headers["x-security-token"] ?? ""
  if (!same(token, account.sessionToken ?? "")) {
    return refused(gatewayCodes.invalidToken, "Invalid secret token, msg: not this key's token.")
  }
  if (account.denied === true) {
    const message = `User is not authorized to perform: cv:${action} on resource: trn:cv:::*.`
    return { ...refused(gatewayCodes.accessDenied, message), account: account.id }
  }
  return { _tag: "Admitted", account }
}

const accountOf = (id: string, world: World): Account | undefined =>
  world.accounts.find((account) => account.id === id)

const MISMATCH =
  "The request signature we calculated does not match the signature you provided. Check your Secret Access Key and signing method. Consult the service documentation for details."

const refused = (
  error: GatewayCode,
  message: string,
): Admission & { readonly _tag: "Refused" } => ({
  _tag: "Refused",
  error,
  message,
})

const EXPIRED = "The Signature of the request is expired."

const refusalOf = (refusal: Refusal, headers: Received["headers"]): Admission => {
  switch (refusal._tag) {
    case "MissingAuthorization":
      return refused(gatewayCodes.missingToken, "Request is missing Authentication Token.")
    case "MalformedAuthorization":
      return malformed[refusal.part]
    case "InvalidDate":
      return headers["x-date"] === undefined
        ? refused(gatewayCodes.missingInfo, "The request is missing X-Date information.")
        : refused(gatewayCodes.invalidTimestamp, EXPIRED)
    case "Skewed":
      return refused(gatewayCodes.invalidTimestamp, EXPIRED)
    case "UnknownAccessKey":
      return refused(
        gatewayCodes.invalidKey,
        `The accesskey [${refusal.accessKeyId}] included in the request is invalid.`,
      )
    default:
      return refused(gatewayCodes.signature, MISMATCH)
  }
}

const malformed = {
  algorithm: refused(
    gatewayCodes.invalidAuthorization,
    "Invalid 'Authorization' header, Pls check authorization header.",
  ),
  Credential: refused(
    gatewayCodes.invalidCredential,
    "Invalid credential in 'Authorization', Pls check credential in authorization header.",
  ),
  SignedHeaders: refused(
    gatewayCodes.missingInfo,
    "The request is missing SignedHeaders information.",
  ),
  Signature: refused(gatewayCodes.missingSignature, "The request is missing signature."),
} as const

const same = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}
