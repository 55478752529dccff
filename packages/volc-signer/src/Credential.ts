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
  if (latest?.isFor(credential, scope) !== true) latest = signingKey(credential, scope)
  return latest.sign(stringToSign)
}

const signingKey = (credential: Credential, scope: Scope): SigningKey => {
  const id = `${credential.accessKeyId}/${scopeText(scope)}`
  const kept = signingKeys.get(id)
  if (kept?.isOf(credential.secretAccessKey) === true) return kept
  const key = new SigningKey(credential, scope)
  if (signingKeys.size >= maxSigningKeys) {
    const [oldest] = signingKeys.keys()
    signingKeys.delete(oldest!)
  }
  signingKeys.set(id, key)
  return key
}

const maxSigningKeys = 128

class SigningKey {
  readonly #accessKeyId: string
  readonly #secret: string
  readonly #scope: Scope
  /** What the two hashes of an HMAC are made of: the key's block, and room for what follows it. */
  #inner: Buffer
  readonly #outer: Buffer

  constructor({ accessKeyId, secretAccessKey }: Credential, scope: Scope) {
    const day = createHmac("sha256", secretAccessKey).update(scope.day).digest()
    const region = createHmac("sha256", day).update(scope.region).digest()
    const service = createHmac("sha256", region).update(scope.service).digest()
    const key = createHmac("sha256", service).update("request").digest()
    this.#accessKeyId = accessKeyId
    this.#secret = secretAccessKey
    this.#scope = { ...scope }
    this.#inner = padded(key, 0x36)
    this.#outer = Buffer.concat([padded(key, 0x5c), Buffer.alloc(32)])
  }

  isOf(secret: string): boolean {
    return this.#secret === secret
  }

  isFor(credential: Credential, scope: Scope): boolean {
    return (
      this.isOf(credential.secretAccessKey) &&
      this.#accessKeyId === credential.accessKeyId &&
      this.#scope.day === scope.day &&
      this.#scope.region === scope.region &&
      this.#scope.service === scope.service
    )
  }

  /**
   * HMAC (https://www.rfc-editor.org/rfc/rfc2104) as the two hashes that it is: in Node two one-shot
   * hashes take half the time of one `createHmac`, which is most of what a signature costs.
   */
  sign(ascii: string): string {
    const length = block + ascii.length
    // Strings to sign of one key are of one length, so the room is made once.
    if (this.#inner.length !== length) {
      this.#inner = Buffer.concat([this.#inner.subarray(0, block)], length)
    }
    this.#inner.write(ascii, block, "latin1")
    this.#outer.write(hash("sha256", this.#inner, "binary"), block, "latin1")
    return hash("sha256", this.#outer, "hex")
  }
}

/** Bytes that SHA-256 takes at a time. */
const block = 64

/** The key filled up to a block, each byte combined with the pad's. */
const padded = (key: Uint8Array, pad: number): Buffer => {
  const bytes = Buffer.alloc(block, pad)
  for (const [index, byte] of key.entries()) bytes[index]! ^= byte
  return bytes
}

const signingKeys = new Map<string, SigningKey>()

/** Most programs sign for one account: its key is found without putting its name together. */
let latest: SigningKey | undefined

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
