/**
 * The providers' side of a run, which no crash of ours can touch: the simulator with both dialects, and
 * who was asked what. Every submit that arrived is noted with the generation that it is for, whatever
 * a fault then does to it; what was accepted and billed is the simulator's own ledger.
 */
import {
  type Account,
  type Dialect,
  makeRenderer,
  makeSimulator,
  type Received,
  type Renderer,
  type Simulator,
} from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
import { createHash } from "node:crypto"
import { keyIn } from "./Load.ts"

/** One submit that reached a provider. */
export interface Post {
  /** Idempotency key of the generation that it is for. */
  readonly key: string
  /** When it had arrived, in milliseconds since 1970. */
  readonly at: number
  /** The mark that it carried, where the provider takes one. */
  readonly mark?: string
  /** The task that was accepted for it. */
  taskId?: string
}

export interface Witness {
  readonly simulator: Simulator
  readonly posts: ReadonlyArray<Post>
}

/** Simulated seconds per real second: a task of a minute takes one. */
const speed = 60

/** Simulated seconds that a link lives: longer than the line of videos to fetch, shorter than a run. */
const linkSeconds = 900

export const start = async (accounts: ReadonlyArray<Account>): Promise<Witness> => {
  const posts: Array<Post> = []
  const watched = [volcCv, makeDialect({ concurrency: 20, credits: 1e9 })].map((dialect) =>
    watch(dialect, posts),
  )
  const simulator = await makeSimulator({
    dialects: watched,
    accounts,
    speed,
    linkSeconds,
    // No task is forgotten while a run lasts, so that each must end well.
    retentionSeconds: 1e9,
    limits: { "*": { inFlight: 40 } },
    renderer: { render: await filmMaker() },
  })
  return { simulator, posts }
}

/** The same provider, with a note of each submit. */
const watch = (dialect: Dialect, posts: Array<Post>): Dialect => ({
  ...dialect,
  open: (world) => {
    const service = dialect.open(world)
    return {
      ...service,
      route: (request) => {
        const call = service.route(request)
        if (call?.operation !== "submit") return call
        const post = postOf(request)
        posts.push(post)
        const answer = async () => {
          const answered = await call.answer()
          if (answered.task !== undefined) post.taskId = answered.task.id
          return answered
        }
        return { ...call, answer }
      },
    }
  },
})

const postOf = ({ body }: Received): Post => {
  const text = new TextDecoder().decode(body)
  const mark = /"payload":"zoetrope:([^"]+)"/.exec(text)?.[1]
  return {
    key: keyIn(text) ?? "nobody",
    at: Date.now(),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** A real film, and a number behind its end: no two tasks have the same file, and none takes time to draw. */
const filmMaker = async (): Promise<Renderer["render"]> => {
  const renderer = makeRenderer({ workers: 1 })
  const film = await renderer
    .render({ source: { seed: "chaos" }, width: 320, height: 180, frames: 12, fps: 24 })
    .finally(() => renderer.close())
  let made = 0
  return async () => {
    const bytes = Buffer.concat([film.bytes, freeBox((made += 1))])
    const sum = (name: string): string => createHash(name).update(bytes).digest("hex")
    return { ...film, bytes, md5: sum("md5"), sha256: sum("sha256") }
  }
}

/** A part of an MP4 that players pass over. */
const freeBox = (content: number): Buffer => {
  const box = Buffer.alloc(12)
  box.writeUInt32BE(box.length, 0)
  box.write("free", 4, "latin1")
  box.writeUInt32BE(content, 8)
  return box
}
