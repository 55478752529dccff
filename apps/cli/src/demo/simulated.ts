/** The providers of the demo: a simulator in this process, what it was asked, and the media it serves. */
import * as Files from "@zoetrope/node/Files"
import type { Simulator } from "@zoetrope/simulator"
import { Effect } from "effect"
import { basename } from "node:path"
import { BadInput } from "../BadInput.ts"
import type { SimulatedVendor } from "../Vendor.ts"
import type { Media } from "./inputFor.ts"

/** Simulated seconds per real second: tasks of one to two minutes take some seconds. */
export const speed = 30

export interface Simulated {
  readonly simulator: Simulator
  /** Tasks whose download went on where it had been cut. */
  readonly resumed: ReadonlySet<string>
}

/** Runs until the scope closes. */
export const simulated = Effect.fnUntraced(function* (vendors: ReadonlyArray<SimulatedVendor>) {
  const { makeSimulator } = yield* Effect.promise(() => import("@zoetrope/simulator"))
  const dialects = yield* Effect.promise(() =>
    Promise.all(vendors.map(({ simulation }) => simulation.dialect())),
  )
  const resumed = new Set<string>()
  const simulator = yield* Effect.acquireRelease(
    Effect.promise(() =>
      makeSimulator({
        dialects,
        speed,
        faults: vendors.flatMap(({ simulation }) => simulation.demo.faults),
        log: ({ kind, status, taskId }) => {
          if (kind === "download" && status === 206 && taskId !== undefined) resumed.add(taskId)
        },
      }),
    ),
    (running) => Effect.promise(() => running.close()),
  )
  const all: Simulated = { simulator, resumed }
  return all
})

/** @param image path of a picture to use in place of the simulator's own */
export const mediaOf = Effect.fnUntraced(function* (
  { inputs }: Simulator,
  image: string | undefined,
) {
  const url = (name: string) => inputs.list().find((input) => input.name === name)?.url ?? ""
  const urls = { image: url("sample.jpg"), video: url("sample.mp4"), audio: url("sample.wav") }
  if (image === undefined) {
    const picture = yield* Effect.promise(
      async () => new Uint8Array(await (await fetch(urls.image)).arrayBuffer()),
    )
    const own: Media = { picture, urls }
    return own
  }
  const picture = yield* Files.readMedia(image, { maxBytes: 20_000_000 }).pipe(
    Effect.mapError(
      ({ message }) =>
        new BadInput({
          say: (words) => words.labelled("--image", words.packages.sentence(message)),
        }),
    ),
  )
  const mediaType = picture[0] === 0x89 ? "image/png" : "image/jpeg"
  // The models that take only addresses get this one.
  const given: Media = {
    picture,
    urls: { ...urls, image: inputs.add(basename(image), picture, mediaType) },
  }
  return given
})
