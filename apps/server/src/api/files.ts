/**
 * Files of a generation, read by its owner: whole or in part, with the hash of their bytes as ETag. Which
 * file it is stands in the store; nothing that a caller sends becomes part of a path.
 */
import { Api, Problem } from "@zoetrope/api"
import { fields } from "@zoetrope/core/Model"
import { Providers } from "@zoetrope/core/Providers"
import { nameOf } from "@zoetrope/engine/drivers/nameOf"
import { thumbnailOf } from "@zoetrope/engine/drivers/thumbnailOf"
import type { Artifact, Generation, InputFile } from "@zoetrope/engine/Generation"
import { Store } from "@zoetrope/engine/Store"
import { Context, Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { open } from "node:fs/promises"
import { join } from "node:path"
import { answerHeader } from "../http/answerHeader.ts"
import { isUnchanged, wanted } from "../http/ByteRange.ts"
import { owned } from "./owned.ts"
import { unavailable } from "./problems.ts"

/** Where the files are. */
export class DataDir extends Context.Service<DataDir, string>()("@zoetrope/server/DataDir") {}

export interface Asked {
  readonly range?: string | undefined
  readonly "if-range"?: string | undefined
  readonly "if-none-match"?: string | undefined
}

export const content = Effect.fn("api.content")(function* (id: string, asked: Asked) {
  const store = yield* Store
  const generation = yield* owned(id)
  const artifacts = yield* store.artifacts(id).pipe(Effect.catch(unavailable))
  const video = artifacts.find(({ kind }) => kind === "video") ?? artifacts[0]
  if (video === undefined) {
    return yield* new Problem.NotKept({
      detail: `there is no video of it here; it is ${generation.state}`,
    })
  }
  return yield* serve(generation, { ...video, mediaType: video.mediaType ?? "video/mp4" }, asked)
})

export const thumbnail = Effect.fn("api.thumbnail")(function* (id: string, asked: Asked) {
  const store = yield* Store
  const providers = yield* Providers
  const generation = yield* owned(id)
  const { artifacts, files } = yield* Effect.all({
    artifacts: store.artifacts(id),
    files: store.files(id),
  }).pipe(Effect.catch(unavailable))
  const model = providers.forModel(generation.model)?.model
  const pictures = new Set(
    model === undefined
      ? []
      : fields(model).flatMap(({ media, name }) => (media?.kind === "image" ? [name] : [])),
  )
  const picture = thumbnailOf(artifacts, files, (field) => pictures.has(field))
  if (picture === undefined) {
    return yield* new Problem.NotKept({ detail: "there is no picture of it here" })
  }
  return yield* serve(generation, { kind: "cover", mediaType: undefined, ...picture }, asked)
})

const serve = Effect.fnUntraced(function* (
  generation: Generation,
  file: Pick<InputFile, "sha256" | "bytes" | "path"> &
    Pick<Artifact, "kind"> & {
      readonly mediaType?: string | undefined
    },
  asked: Asked,
) {
  const path = join(yield* DataDir, file.path)
  const mediaType = yield* mediaTypeOf(path, file.mediaType)
  const etag = `"${file.sha256}"`
  const headers = {
    etag,
    "accept-ranges": "bytes",
    // A caller's own; and it is gone when the generation is.
    "cache-control": "private, no-cache",
    "content-disposition": `inline; filename="${nameOf(generation, { kind: file.kind, mediaType })}"`,
    // Whatever the bytes are, a browser runs nothing of them.
    "content-security-policy": "default-src 'none'; sandbox",
  }
  if (isUnchanged(asked["if-none-match"], etag)) {
    return HttpServerResponse.empty({ status: 304, headers })
  }
  const part = wanted(asked, { bytes: file.bytes, etag })
  if (part._tag === "Nothing") {
    yield* answerHeader("content-range", `bytes */${file.bytes}`)
    return yield* new Problem.NoSuchRange({ detail: `the file has ${file.bytes} bytes` })
  }
  const body = HttpServerResponse.file(path, {
    contentType: mediaType,
    ...(part._tag === "Part"
      ? {
          status: 206,
          offset: part.first,
          bytesToRead: part.last - part.first + 1,
          headers: { "content-range": `bytes ${part.first}-${part.last}/${file.bytes}` },
        }
      : {}),
  })
  return yield* body.pipe(
    Effect.map(HttpServerResponse.setHeaders(headers)),
    Effect.catchTag("PlatformError", (error) =>
      Effect.andThen(
        Effect.logError(`a kept file cannot be read: ${error.message}`),
        Effect.fail(
          new Problem.NotKept({ detail: "the file is not on the server's disk any more" }),
        ),
      ),
    ),
  )
})

/** As the file was recorded, or else by its first bytes; only kinds that the API names. */
const mediaTypeOf = Effect.fnUntraced(function* (path: string, recorded: string | undefined) {
  if (recorded !== undefined) return known(recorded) ?? "application/octet-stream"
  const start = yield* Effect.option(Effect.tryPromise(() => beginningOf(path)))
  const hex = Option.getOrElse(start, () => "")
  const found = signatures.find(([signature]) => signature.test(hex))
  return known(found?.[1]) ?? "application/octet-stream"
})

const known = (name: string | undefined) => Api.fileTypes.find((one) => one === name)

const beginningOf = async (path: string): Promise<string> => {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0)
    return buffer.subarray(0, bytesRead).toString("hex")
  } finally {
    await file.close()
  }
}

const signatures: ReadonlyArray<readonly [RegExp, string]> = [
  [/^ffd8ff/, "image/jpeg"],
  [/^89504e470d0a1a0a/, "image/png"],
  [/^52494646.{8}57454250/, "image/webp"],
]
