/** Volcengine V4 request signing (HMAC-SHA256), in headers or in the query, and verification of the first. */
export { sign, type Signed, type SignOptions } from "./Signer.ts"
export { presign, type Presigned, type PresignOptions, type PresignRequest } from "./Presigner.ts"
export type { HeaderValue, Query, QueryScalar, QueryValue, SignRequest } from "./Outgoing.ts"
export {
  verify,
  type ReceivedHeaders,
  type ReceivedRequest,
  type Refusal,
  type Verification,
  type Verified,
  type VerifyOptions,
} from "./Verifier.ts"
export type { AuthorizationPart } from "./Authorization.ts"
export type { Credential, Scope } from "./Credential.ts"
export { SignInputError } from "./SignInputError.ts"
export { sha256Hex } from "./Hash.ts"
