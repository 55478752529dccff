/**
 * The providers' side, which no crash of the server can touch: the simulator with its ledger, and a
 * note of every submit that arrived, whatever a fault then does to it.
 */
import {
  type Dialect,
  makeSimulator,
  type Received,
  type Simulator,
  type SimulatorOptions,
} from "@zoetrope/simulator"
import { makeDialect } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
import { hash } from "node:crypto"
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
  const dialects = [volcCv, makeDialect({ concurrency: 40, credits: 1e9 })]
  const simulator = await makeSimulator({
    dialects: dialects.map((dialect) => watched(dialect, posts)),
    speed,
    // No task is forgotten while a run lasts, so that each must end well.
    retentionSeconds: 1e9,
    limits: { "*": { inFlight: 40 } },
    renderer: { render: filmMaker() },
  })
  return { simulator, posts }
}

/** The same provider, with a note of each submit. */
const watched = (dialect: Dialect, posts: Array<Post>): Dialect => ({
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
    words: wordsIn(text) ?? "nobody's",
    at: Date.now(),
    ...(mark === undefined ? {} : { mark }),
  }
}

/** The sample film with a number behind its end, so that no two tasks have the same file. */
const filmMaker = (): NonNullable<SimulatorOptions["renderer"]>["render"] => {
  let made = 0
  return () => {
    const box = Buffer.alloc(12)
    box.writeUInt32BE(box.length, 0)
    box.write("free", 4, "latin1")
    box.writeUInt32BE((made += 1), 8)
    const bytes = Buffer.concat([film.bytes, box])
    return Promise.resolve({
      ...film,
      bytes,
      md5: hash("md5", bytes),
      sha256: hash("sha256", bytes),
    })
  }
}
