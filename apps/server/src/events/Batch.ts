/**
 * What happened at about the same time, as event streams carry it. Owns that it is encoded when
 * somebody first listens to it, and then once: all who may see the same of it get the same bytes.
 */
import type { Event, Generation } from "@zoetrope/engine/Generation"
import { eventData, eventFrame, generationData, generationFrame, heartbeat } from "./frames.ts"

export type Entry =
  | {
      readonly _tag: "Event"
      readonly owner: string
      readonly generation: string
      readonly seq: number
      readonly event: Event
    }
  /** How it stood at that moment; not every such moment is here. */
  | { readonly _tag: "Standing"; readonly owner: string; readonly generation: Generation }
  | { readonly _tag: "Heartbeat" }

export interface Batch {
  readonly entries: ReadonlyArray<Entry>
  /** The newest line of the log that is in it. */
  readonly lastSeq: number | undefined
  /**
   * Its frames in the stream of all generations.
   *
   * @param view of this owner's generations; `undefined` of everybody's
   * @param after without the lines up to this one
   */
  readonly framesFor: (view: string | undefined, after: number) => Uint8Array
  /** Its frames in the stream of one generation, without the lines up to that version. */
  readonly framesOf: (generation: string, after: number) => Uint8Array
}

export const make = (entries: ReadonlyArray<Entry>): Batch => {
  const seqs = entries.flatMap((entry) => (entry._tag === "Event" ? [entry.seq] : []))
  const firstSeq = seqs[0] ?? Infinity
  const data: Array<string | undefined> = []
  const shared = new Map<string | undefined, Uint8Array>()
  const dataAt = (index: number, entry: Exclude<Entry, { readonly _tag: "Heartbeat" }>): string =>
    (data[index] ??=
      entry._tag === "Event"
        ? eventData(entry.generation, entry.event)
        : generationData(entry.generation))
  const encode = (frameOf: (entry: Entry, index: number) => string): Uint8Array =>
    Buffer.from(entries.map(frameOf).join(""))
  const framesAfter = (view: string | undefined, after: number): Uint8Array =>
    encode((entry, index) => {
      if (entry._tag === "Heartbeat") return heartbeat
      if (view !== undefined && view !== entry.owner) return ""
      if (entry._tag === "Standing") return generationFrame(dataAt(index, entry))
      return entry.seq > after ? eventFrame(entry.seq, dataAt(index, entry)) : ""
    })
  return {
    entries,
    lastSeq: seqs.at(-1),
    framesFor: (view, after) => {
      if (firstSeq <= after) return framesAfter(view, after)
      const known = shared.get(view)
      if (known !== undefined) return known
      const bytes = framesAfter(view, 0)
      shared.set(view, bytes)
      return bytes
    },
    framesOf: (id, after) =>
      encode((entry, index) => {
        switch (entry._tag) {
          case "Heartbeat":
            return heartbeat
          case "Standing":
            return entry.generation.id === id ? generationFrame(dataAt(index, entry)) : ""
          case "Event":
            return entry.generation === id && entry.event.version > after
              ? eventFrame(entry.event.version, dataAt(index, entry))
              : ""
        }
      }),
  }
}
