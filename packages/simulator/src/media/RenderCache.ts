/**
 * Keeps finished files in memory, bounded in bytes, and lets equal requests in flight share one
 * rendering. A failed rendering is not kept.
 */
import type { Rendered } from "./Renderer.ts"

/** Answers from what is kept or under way, else makes it. */
export type RenderCache<File> = (key: string, make: () => Promise<File>) => Promise<File>

/** `limit` is in bytes of files. */
export const makeRenderCache = <File extends Pick<Rendered, "bytes"> = Rendered>(
  limit: number,
): RenderCache<File> => {
  // A Map keeps insertion order: the least recently used entry is the first one.
  const entries = new Map<string, { readonly rendered: Promise<File>; bytes: number }>()
  let total = 0

  const trim = (): void => {
    for (const [key, entry] of entries) {
      if (total <= limit) return
      if (entry.bytes === 0) continue // under way
      entries.delete(key)
      total -= entry.bytes
    }
  }

  return async (key, make) => {
    const known = entries.get(key)
    if (known !== undefined) {
      entries.delete(key)
      entries.set(key, known)
      return known.rendered
    }
    const entry = { rendered: make(), bytes: 0 }
    entries.set(key, entry)
    try {
      const rendered = await entry.rendered
      entry.bytes = rendered.bytes.length
      total += entry.bytes
      trim()
      return rendered
    } catch (error) {
      entries.delete(key)
      throw error
    }
  }
}
