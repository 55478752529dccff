/** SHA-256 as the signature uses it: over bytes or UTF-8 text, written in lower-case hex. */
import { hash } from "node:crypto"

/** SHA-256 in lower-case hex; a string is hashed as its UTF-8 bytes. */
export const sha256Hex = (data: string | Uint8Array): string => hash("sha256", data, "hex")

/** Whether this is a SHA-256, or a signature, in the one spelling that is signed: 64 lower-case hex digits. */
export const isSha256Hex = (text: string): boolean => /^[0-9a-f]{64}$/.test(text)
