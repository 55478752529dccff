/** Server-sent events as text. Pure. */
import type { Event, Generation } from "@zoetrope/engine/Generation"
import { eventView, generationView } from "../api/views.ts"

/** How a generation stands. It has no id: who comes back is told anew. */
export const generationFrame = (data: string): string => `event: generation\ndata: ${data}\n\n`

export const generationData = (generation: Generation): string =>
  JSON.stringify(generationView(generation))

/** @param id what a listener sends as `Last-Event-ID` when it comes back */
export const eventFrame = (id: number, data: string): string =>
  `id: ${id}\nevent: event\ndata: ${data}\n\n`

export const eventData = (generation: string, event: Event): string =>
  JSON.stringify(eventView(generation, event))

/**
 * Sent at once, so that a listener knows that it is connected, when to come back (milliseconds), and
 * where it stands.
 */
export const hello = (id?: number): string =>
  `${id === undefined ? "" : `id: ${id}\n`}retry: 2000\n\n`

/** Keeps the connection. */
export const heartbeat = ": \n\n"
