/**
 * Orders to generations that are recorded, before anything is sent. Owns what is said of each: its id,
 * and that one with a key was there already.
 */
import type { Accepted } from "@zoetrope/engine/Engine"
import { Effect, Result } from "effect"
import { BadInput } from "../BadInput.ts"
import { exitCodeOf, type ExitCode } from "../ExitCode.ts"
import { failureJson, failureOf, failureText, labelled } from "../Failure.ts"
import type { Begun } from "./Following.ts"
import { styleFor } from "../terminal/Output.ts"
import type { Order } from "../input/Order.ts"
import type { Session } from "../setup/Session.ts"
import type { Watching } from "../terminal/Watch.ts"
import type { Say } from "../words/Words.ts"

export interface Recorded {
  readonly accepted: Accepted
  readonly order: Order
}

export interface AllRecorded {
  readonly recorded: ReadonlyArray<Recorded>
  /** Exit codes of what could not be recorded. */
  readonly codes: ReadonlyArray<ExitCode>
}

/** Keys that belong to something else already: found before the first order is recorded. */
export const checkKeys = Effect.fn("Recording.checkKeys")(function* (
  { store }: Session,
  orders: ReadonlyArray<Order>,
) {
  const issues: Array<Say> = []
  // A server says so of each.
  if (store === undefined) return
  for (const { digest, key, label } of orders) {
    if (key === undefined) continue
    const before = yield* store.byKey("", key)
    if (before !== undefined && before.digest !== digest) {
      issues.push((words) => words.refusals.generate.keyOfAnother(label(words), key, before.id))
    }
  }
  if (issues.length > 0) {
    return yield* new BadInput({
      say: (words) => issues.map((say) => say(words)).join("\n"),
    })
  }
})

/** Fails with the first order that cannot be recorded. */
export const recordOne = Effect.fnUntraced(function* (
  session: Session,
  watching: Watching,
  order: Order,
  remakes: number,
) {
  const accepted = yield* submit(session, order, remakes)
  const { generation, isNew } = accepted
  const { id } = generation
  const style = yield* styleFor(process.stderr)
  const { recording } = style.words
  watching.say(
    "",
    isNew
      ? recording.recorded(id)
      : recording.keyOf(id, new Date(generation.createdAt).toISOString()),
  )
  if (isNew) {
    watching.print(`  ${style.paint("dim", session.directory.command("wait", id))}`)
  }
  yield* watching.follow({ label: "", generation, isNew })
  const all: AllRecorded = { recorded: [{ accepted, order }], codes: [] }
  return all
})

/** All of them, in their order. One that cannot be recorded any more is told, and stops no other. */
export const recordAll = Effect.fnUntraced(function* (
  session: Session,
  watching: Watching,
  orders: ReadonlyArray<Order>,
  options: { readonly remakes: number; readonly json: boolean },
) {
  const recorded: Array<Recorded> = []
  const codes: Array<ExitCode> = []
  const style = yield* styleFor(process.stderr)
  const { words } = style
  for (const order of orders) {
    const result = yield* Effect.result(submit(session, order, options.remakes))
    if (Result.isFailure(result)) {
      const failure = failureOf(result.failure)
      codes.push(exitCodeOf(result.failure))
      watching.print(failureText(labelled(order.label(words), failure), style))
      if (options.json) yield* watching.result(failureJson(failure, "line"))
      continue
    }
    const { generation, isNew } = result.success
    const label = `${order.label(words)} ${generation.id}`
    if (!isNew) watching.say(label, words.recording.keyUsed)
    yield* watching.follow({ label, generation, isNew })
    recorded.push({ accepted: result.success, order })
  }
  const all: AllRecorded = { recorded, codes }
  return all
})

const submit = Effect.fnUntraced(function* (
  { engine }: Session,
  { input, key, model, opened }: Order,
  remakes: number,
) {
  return yield* engine.submit({
    model: model.id,
    input: yield* input,
    account: opened.account.name,
    key,
    remakes,
  })
})

/** What each order wants of its generation. */
export const wantedOf = (recorded: ReadonlyArray<Recorded>): Begun["wanted"] => {
  const orders = new Map(recorded.map(({ accepted, order }) => [accepted.generation.id, order]))
  return ({ id }) => {
    const { place, warnings = [] } = orders.get(id) ?? {}
    return { place, warnings }
  }
}
