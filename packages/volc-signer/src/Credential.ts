/**
 * Who signs, for what, and the keys made from it.
 *
 * A signing key holds for one secret, day, region and service, and takes four HMACs to make, so the
 * latest are kept. Keys and secrets stay in this module: what leaves it is a signature. The kept
 * entries hold their secret in a private field, which neither `console.log` nor JSON shows.
 */
import { createHmac, hash } from "node:crypto"
import { SignInputError, shown } from "./SignInputError.ts"

export interface Credential {
  /** Volcengine's "Access Key ID", usually `AKLT…`. Not a secret. */
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What a signature is good for: one UTC day, one region, one service. */
export interface Scope {
  /** `YYYYMMDD` */
  readonly day: string
  /** For the visual services `cn-north-1`. */
  readonly region: string
  /** For the visual services `cv`. */
  readonly service: string
}

/** `20250805/cn-north-1/cv/request` */
export const scopeText = (scope: Scope): string =>
  `${scope.day}/${scope.region}/${scope.service}/request`

/** Throws a `SignInputError` unless each part can stand in a `Credential=` without being mistaken for another. */
export const checkCredential = (
  credential: Credential,
  scope: Pick<Scope, "region" | "service">,
): void => {
  checkPart("options.accessKeyId", credential.accessKeyId)
  checkPart("options.region", scope.region)
  checkPart("options.service", scope.service)
  const secret: unknown = credential.secretAccessKey
  if (typeof secret !== "string" || secret === "") {
    throw new SignInputError("options.secretAccessKey", "is missing or empty")
  }
  if (secret.charCodeAt(0) <= 32 || secret.charCodeAt(secret.length - 1) <= 32) {
    throw new SignInputError(
      "options.secretAccessKey",
      "begins or ends with white space, which usually came along when it was copied; remove it",
    )
  }
}

/** The signature over a string to sign, which is ASCII, in lower-case hex. */
export const signature = (credential: Credential, scope: Scope, stringToSign: string): string => {
  const id = `${credential.accessKeyId}/${scopeText(scope)}`
  let key = signingKeys.get(id)
  if (key === undefined || !key.isOf(credential.secretAccessKey)) {
    key = new SigningKey(credential.secretAccessKey, scope)
    if (signingKeys.size >= maxSigningKeys) {
      const [oldest] = signingKeys.keys()
      signingKeys.delete(oldest!)
    }
    signingKeys.set(id, key)
  }
  return key.sign(stringToSign)
}

const maxSigningKeys = 128

class SigningKey {
  readonly #secret: string
  /** The key's part of the two hashes of an HMAC, one character per byte. */
  readonly #inner: string
  readonly #outer: string

  constructor(secret: string, scope: Scope) {
    const day = createHmac("sha256", secret).update(scope.day).digest()
    const region = createHmac("sha256", day).update(scope.region).digest()
    const service = createHmac("sha256", region).update(scope.service).digest()
    const key = createHmac("sha256", service).update("request").digest()
    this.#secret = secret
    this.#inner = padded(key, 0x36)
    this.#outer = padded(key, 0x5c)
  }

  isOf(secret: string): boolean {
    return this.#secret === secret
  }

  /**
   * HMAC (https://www.rfc-editor.org/rfc/rfc2104) as the two hashes that it is: in Node two one-shot
   * hashes take half the time of one `createHmac`, which is most of what a signature costs.
   */
  sign(ascii: string): string {
    const inner = hash("sha256", Buffer.from(this.#inner + ascii, "latin1"), "binary")
    return hash("sha256", Buffer.from(this.#outer + inner, "latin1"), "hex")
  }
}

/** The key filled up to SHA-256's block of 64 bytes, each byte combined with the pad's. */
const padded = (key: Uint8Array, pad: number): string => {
  const block = Buffer.alloc(64, pad)
  for (const [index, byte] of key.entries()) block[index]! ^= byte
  return block.toString("latin1")
}

const signingKeys = new Map<string, SigningKey>()

const checkPart = (field: string, text: unknown): void => {
  if (typeof text !== "string" || text === "") {
    throw new SignInputError(field, "is missing or empty")
  }
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    // "/" and "," separate the parts of the Authorization header.
    if (code <= 32 || code >= 127 || code === 47 || code === 44) {
      throw new SignInputError(
        field,
        `${shown(text)} holds a character other than visible ASCII without "/" and ","`,
      )
    }
  }
}
