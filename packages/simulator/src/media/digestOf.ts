/** Names everything that a file depends on: equal requests have equal digests, and others do not. */
import { createHash } from "node:crypto"
import type { Still } from "./drawStill.ts"
import type { RenderRequest } from "./Renderer.ts"

export const digestOf = (request: RenderRequest | Still): Buffer => {
  const { source, mark, width, height } = request
  const kind = "seed" in source ? "seed" : "picture"
  const moving = "frames" in request ? [request.frames, request.fps, request.take ?? ""] : []
  const marked = mark === undefined ? [] : [mark.corner, mark.picture?.byteLength ?? 0]
  return createHash("sha256")
    .update(JSON.stringify([kind, width, height, ...moving, ...marked]))
    .update(mark?.picture ?? "")
    .update("seed" in source ? source.seed : source.picture)
    .digest()
}
