/** Server-sent events as text. Pure. */
import type { Event, Generation } from "@zoetrope/engine/Generation"
import { eventView, generationView } from "../api/views.ts"

/** How a generation stands. It has no id: who comes back is told anew. */
export const generationFrame = (generation: Generation): string =>
  `event: generation\ndata: ${JSON.stringify(generationView(generation))}\n\n`

/** @param id what a listener sends as `Last-Event-ID` when it comes back */
export const eventFrame = (id: number, data: string): string =>
  `id: ${id}\nevent: event\ndata: ${data}\n\n`

export const eventData = (generation: string, event: Event): string =>
  JSON.stringify(eventView(generation, event))

/** Keeps the connection. */
export const heartbeat = ": \n\n"
