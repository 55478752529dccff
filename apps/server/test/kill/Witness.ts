/**
 * The providers' side, which no crash of the server can touch: the simulator with its ledger, and a
 * note of every submit that arrived, whatever a fault then does to it.
 */
import {
  distinctFilms,
  makeSimulator,
  type Received,
  type Simulator,
  watchSubmits,
} from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
import { film } from "../support/testServer.ts"
import { wordsIn } from "./orders.ts"

/** One submit that reached a provider. */
export interface Post {
  readonly words: string
  /** When it had arrived, in milliseconds since 1970. */
  readonly at: number
  /** Of its task row, where the provider's request can carry it. */
  readonly mark?: string
  /** The task that was accepted for it. */
  taskId?: string
}

export interface Witness {
  readonly simulator: Simulator
  readonly posts: ReadonlyArray<Post>
}

/** Simulated seconds per real second: a task of a minute takes 0.6 s. */
const speed = 100

export const start = async (): Promise<Witness> => {
  const posts: Array<Post> = []
  const onSubmit = (request: Received) => {
    const post = postOf(request)
    posts.push(post)
    return ({ id }: { readonly id: string }) => void (post.taskId = id)
  }
  const dialects = [volcCv, makeDialect({ concurrency: 40, credits: 1e9 })]
  const simulator = await makeSimulator({
    dialects: dialects.map((dialect) => watchSubmits(dialect, onSubmit)),
    speed,
    // No task is forgotten while a run lasts, so that each must end well.
    retentionSeconds: 1e9,
    limits: { "*": { inFlight: 40 } },
    renderer: distinctFilms(film),
  })
  return { simulator, posts }
}

const postOf = ({ body }: Received): Post => {
  const text = new TextDecoder().decode(body)
  const mark = /"payload":"zoetrope:([^"]+)"/.exec(text)?.[1]
  return {
    words: wordsIn(text) ?? "nobody's",
    at: Date.now(),
    ...(mark === undefined ? {} : { mark }),
  }
}
