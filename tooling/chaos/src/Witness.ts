/**
 * The providers' side of a run, which no crash of ours can touch: the simulator with both dialects, and
 * who was asked what. Every submit that arrived is noted with the generation that it is for, whatever
 * a fault then does to it; what was accepted and billed is the simulator's own ledger.
 */
import {
  type Account,
  distinctFilms,
  makeRenderer,
  makeSimulator,
  type Received,
  type Rendered,
  type Simulator,
  watchSubmits,
} from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
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
  const onSubmit = (request: Received) => {
    const post = postOf(request)
    posts.push(post)
    return ({ id }: { readonly id: string }) => void (post.taskId = id)
  }
  const dialects = [volcCv, makeDialect({ concurrency: 20, credits: 1e9 })]
  const simulator = await makeSimulator({
    dialects: dialects.map((dialect) => watchSubmits(dialect, onSubmit)),
    accounts,
    speed,
    linkSeconds,
    // No task is forgotten while a run lasts, so that each must end well.
    retentionSeconds: 1e9,
    limits: { "*": { inFlight: 40 } },
    renderer: distinctFilms(await draw()),
  })
  return { simulator, posts }
}

const postOf = ({ body }: Received): Post => {
  const text = new TextDecoder().decode(body)
  const mark = /"payload":"zoetrope:([^"]+)"/.exec(text)?.[1]
  return {
    key: keyIn(text) ?? "nobody",
    at: Date.now(),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** A real film, which takes no time to draw again. */
const draw = (): Promise<Rendered> => {
  const renderer = makeRenderer({ workers: 1 })
  return renderer
    .render({ source: { seed: "chaos" }, width: 320, height: 180, frames: 12, fps: 24 })
    .finally(() => renderer.close())
}
