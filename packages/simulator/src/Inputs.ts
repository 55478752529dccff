/**
 * The files that tasks may name by address: the project's samples and what was added, served under
 * `/inputs/NAME`. They are the only media that the simulator ever reads by address; it fetches
 * nothing from any host.
 */
import { createHash } from "node:crypto"
import { InvalidInput } from "./InvalidInput.ts"

export interface Input {
  readonly name: string
  /** As in `image/png`. */
  readonly mediaType: string
  readonly bytes: Uint8Array
  /** MD5 of the bytes, lower-case hexadecimal. */
  readonly md5: string
}

export interface Inputs {
  /** Puts a file there, in place of one of the same name, and returns its path. */
  readonly add: (name: string, bytes: Uint8Array, mediaType: string) => string
  readonly get: (name: string) => Input | undefined
  readonly list: () => ReadonlyArray<Input>
}

/** Bytes of all inputs together. */
const MAX_BYTES = 512 * 1024 * 1024
const MAX_NAME = 200

export const makeInputs = (): Inputs => {
  const files = new Map<string, Input>()
  return {
    add: (name, bytes, mediaType) => {
      if (name === "" || name.length > MAX_NAME || /[/\\\p{Cc}\p{Cs}]/u.test(name)) {
        throw new InvalidInput("name", name, `1 to ${MAX_NAME} characters, none of them / or \\`)
      }
      if (!/^[\w.+-]+\/[\w.+-]+$/.test(mediaType)) {
        throw new InvalidInput("mediaType", mediaType, "a media type such as image/png")
      }
      let total = bytes.byteLength
      for (const file of files.values()) if (file.name !== name) total += file.bytes.byteLength
      if (total > MAX_BYTES) {
        throw new InvalidInput("bytes", total, `at most ${MAX_BYTES} bytes for all inputs together`)
      }
      files.set(name, {
        name,
        mediaType,
        bytes,
        md5: createHash("md5").update(bytes).digest("hex"),
      })
      return inputPath(name)
    },
    get: (name) => files.get(name),
    list: () => [...files.values()],
  }
}

export const inputPath = (name: string): string => `/inputs/${encodeURIComponent(name)}`

/** The name in a path as it arrives; `undefined` where it is no `/inputs/NAME`. */
export const inputName = (path: string): string | undefined => {
  const encoded = /^\/inputs\/([^/]+)$/.exec(path)?.[1]
  if (encoded === undefined) return undefined
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
