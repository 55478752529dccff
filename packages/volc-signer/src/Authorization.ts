/** Reads an `Authorization` header of this scheme, and says which part of a bad one is wrong. */
import type { Scope } from "./Credential.ts"
import { isSha256Hex } from "./Hash.ts"

export interface Authorization {
  readonly accessKeyId: string
  readonly scope: Scope
  /** Lower case, each once, in the order of the header. */
  readonly signedHeaders: ReadonlyArray<string>
  /** 64 lower-case hex digits. */
  readonly signature: string
}

export type AuthorizationPart = "algorithm" | "Credential" | "SignedHeaders" | "Signature"

export interface MalformedAuthorization {
  readonly part: AuthorizationPart
  readonly message: string
}

/** Takes the values of all `Authorization` headers received: more than one is refused. */
export const parseAuthorization = (
  values: ReadonlyArray<string>,
): Authorization | MalformedAuthorization => {
  const [value] = values
  if (value === undefined || values.length > 1 || !value.startsWith("HMAC-SHA256 ")) {
    return malformed("algorithm", 'one header that begins with "HMAC-SHA256 "')
  }
  const credential = (credentialPattern.exec(value)?.[1] ?? "").split("/")
  const [accessKeyId, day, region, service, terminator] = credential
  if (
    !accessKeyId ||
    !day ||
    !region ||
    !service ||
    terminator !== "request" ||
    credential.length > 5
  ) {
    return malformed("Credential", "Credential=<access key>/<YYYYMMDD>/<region>/<service>/request")
  }
  const signedHeaders = (signedHeadersPattern.exec(value)?.[1] ?? "").trim().split(";")
  if (
    new Set(signedHeaders).size !== signedHeaders.length ||
    signedHeaders.some((name) => name === "" || name !== name.toLowerCase())
  ) {
    return malformed(
      "SignedHeaders",
      "SignedHeaders=<names in lower case, each once, between them ;>",
    )
  }
  const signature = (signaturePattern.exec(value)?.[1] ?? "").trim()
  if (!isSha256Hex(signature)) {
    return malformed("Signature", "Signature=<64 lower-case hex digits>")
  }
  return { accessKeyId, scope: { day, region, service }, signedHeaders, signature }
}

const credentialPattern = /[ ,]Credential=([!-+\--~]*)/
const signedHeadersPattern = /[ ,]SignedHeaders=([^,]*)/
const signaturePattern = /[ ,]Signature=([^,]*)/

const malformed = (part: AuthorizationPart, expected: string): MalformedAuthorization => ({
  part,
  message: `The ${part} of the Authorization header is missing or malformed; expected ${expected}.`,
})
