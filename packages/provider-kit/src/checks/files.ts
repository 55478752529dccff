/** From a start to a file on disk, and what is said of the file on the way. */
import * as Poll from "@zoetrope/core/Poll"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import * as Task from "@zoetrope/core/Task"
import type { TaskEvent } from "@zoetrope/core/TaskEvent"
import type { Output } from "@zoetrope/core/TaskState"
import * as Artifact from "@zoetrope/node/Artifact"
import { mediaFacts } from "@zoetrope/simulator"
import { Clock, Effect } from "effect"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { accept, type Bench, impatient, type ReadyStart, ungated } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { folder } from "../internal/folder.ts"

export const startToFile: Check = {
  name: "a task goes from its start to a playable file",
  why: "It is what everybody is here for: the video that was made is the one on disk, byte for byte.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const to = yield* folder
    const complaints = yield* Effect.forEach(
      bench.starts,
      (start, index) => whole(bench, start, join(to, `${index}.mp4`)),
      { concurrency: 4 },
    )
    return complaints.flat()
  }),
}

const whole = Effect.fnUntraced(function* (bench: Bench, start: ReadyStart, to: string) {
  const events: Array<TaskEvent> = []
  const run = Task.run(bench.provider, start.model, start.input, {
    ...impatient,
    // The films of all models are drawn meanwhile.
    deadlineSeconds: 20,
    onState: (event) => {
      // The first poll finds the task waiting or at work; then its time passes at once.
      if (event._tag === "Polled" && events.every((one) => one._tag !== "Polled")) {
        bench.simulator.clock.advance(bench.taskSeconds)
      }
      events.push(event)
    },
  })
  const { ref, state } = yield* ungated(run)
  const [output] = state.outputs
  const saved = yield* save(output, to)
  const facts = yield* Effect.promise(async () => mediaFacts(await readFile(saved.path)))
  const made = bench.accepted().find((task) => task.id === ref.taskId)

  const complaints: Array<string> = saved.warnings.map((warning) => `the file: ${warning}`)
  if (made?.file?.sha256 !== saved.sha256 || made.file.size !== saved.bytes) {
    complaints.push(`the file has SHA-256 ${saved.sha256}, the service made ${made?.file?.sha256}`)
  }
  if (facts === undefined || facts.codec === undefined || !(facts.seconds > 0 && facts.width > 0)) {
    complaints.push("the file is no video that a player could play")
  }
  const order = [...new Set(events.map((event) => event._tag))].join(", ")
  if (order !== "Submitting, Submitted, Polled") {
    complaints.push(`what was told is ${order}; wanted Submitting, Submitted, Polled`)
  }
  return complaints.map((complaint) => `${start.model.id}: ${complaint}`)
})

export const links: Check = {
  name: "a link says when it dies, and a dead one is renewed by asking again",
  why: "Links die within the hour; whoever fetches late must know, and get another one for free.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const refs = yield* Effect.forEach(bench.starts, (start) => accept(bench, start))
    yield* bench.finish
    const skew = bench.simulator.clock.now() - (yield* Clock.currentTimeMillis)
    const to = yield* folder
    const outputs = yield* Effect.forEach(refs, (ref) => outputOf(bench, ref))
    const complaints = outputs.flatMap((output, index) => {
      const { model } = bench.starts[index] ?? bench.starts[0]
      const life = Math.max(model.timing.link, bench.subject.dialect.linkSeconds)
      return lifeOf(output, life, skew).map((complaint) => `${model.id}: ${complaint}`)
    })
    // A link can only be renewed as long as the task is known.
    const { linkSeconds, retentionSeconds } = bench.subject.dialect
    if (linkSeconds + bench.taskSeconds >= retentionSeconds) return complaints
    const before = bench.accepted().length
    yield* bench.pass(linkSeconds + 1)
    for (const [index, ref] of refs.entries()) {
      const dead = outputs[index]
      if (dead === undefined) continue
      const renew = Effect.map(outputOf(bench, ref), ({ url }) => url)
      const again = yield* Effect.exit(save(dead, join(to, `${index}.mp4`), renew))
      if (again._tag === "Failure")
        complaints.push(`${ref.model}: a dead link is not renewed by a poll`)
    }
    return bench.accepted().length === before
      ? complaints
      : [...complaints, "renewing a link made new tasks"]
  }),
}

/**
 * @param life seconds that a link may be said to live, at most
 * @param skew milliseconds that the service's clock is ahead of ours: an expiry may be told by either
 */
const lifeOf = (output: Output, life: number, skew: number): ReadonlyArray<string> => {
  if (output.expiresAt === undefined) return ["the link does not say when it dies"]
  const left = (Date.parse(output.expiresAt) - Date.now()) / 1000
  const most = life + skew / 1000 + 60
  return left > 0 && left <= most
    ? []
    : [`the link is said to die in ${left} s; wanted at most ${life} s from when it was given`]
}

const outputOf = (bench: Bench, ref: TaskRef) =>
  Effect.map(Poll.wait(bench.provider, ref, impatient), ({ state }) => state.outputs[0])

const save = <E = never>(output: Output, to: string, renew?: Effect.Effect<string, E>) =>
  Artifact.save<E>({
    url: output.url,
    to,
    allow: { loopback: true },
    expected: {
      ...(output.bytes === undefined ? {} : { bytes: output.bytes }),
      ...(output.md5 === undefined ? {} : { md5: output.md5 }),
    },
    ...(renew === undefined ? {} : { renew }),
  })
