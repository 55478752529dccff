/** Generations that are recorded already, and tasks that are taken over: driven and followed to their ends. */
import { type Generation, hasEnded } from "@zoetrope/engine/Generation"
import { Effect, type Option } from "effect"
import * as Accounts from "../setup/Accounts.ts"
import { BadInput } from "../BadInput.ts"
import { unfinished } from "../telling/Conclusion.ts"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { failureJson } from "../Failure.ts"
import { follow, leftText } from "./Following.ts"
import * as Handle from "../input/Handle.ts"
import { marked, note, styleFor, warningText } from "../terminal/Output.ts"
import * as Session from "../setup/Session.ts"
import type { Known, Result } from "../Settle.ts"
import type { Subject } from "../input/Subjects.ts"
import { type Target, target } from "../input/Target.ts"
import type { Vendor } from "../Vendor.ts"
import { watch } from "../terminal/Watch.ts"

export interface Wishes {
  readonly directory: DataDirectory
  readonly out: string | undefined
  readonly account: Option.Option<string>
  readonly adopt: boolean
  readonly json: boolean
  readonly deadlineSeconds: number | undefined
}

export const waiting = Effect.fn("waiting")(function* (
  vendors: ReadonlyArray<Vendor>,
  subjects: ReadonlyArray<Subject>,
  known: Known,
  wishes: Wishes,
) {
  const { directory, out } = wishes
  const mine: Array<Accounts.Opened> = []
  const taken: Array<Subject> = []
  for (const subject of subjects) {
    if (subject._tag === "Handle") {
      const { opened, ref } = yield* Handle.open(vendors, subject.ref, wishes)
      mine.push(opened)
      taken.push({ _tag: "Handle", ref })
    } else taken.push(subject)
  }
  const { opened, problems } = yield* Accounts.openAll(vendors, mine)
  const place = yield* placeFor(out, subjects.length)
  const isNew = subjects.some(({ _tag }) => _tag === "Handle")
  const session = yield* isNew
    ? Session.open(directory, opened)
    : Session.openExisting(directory, opened)
  const style = yield* styleFor(process.stderr)
  for (const { say } of problems) note(warningText(say(style.words), style))
  if (subjects.length === 0) return yield* everything(session, known, wishes, place)

  const watching = yield* watch(session)
  const many = subjects.length > 1
  const begin = Effect.gen(function* () {
    for (const one of taken) {
      const generation = yield* one._tag === "Id"
        ? session.engine.get(one.id)
        : Effect.map(session.engine.adopt(one.ref), (accepted) => accepted.generation)
      yield* refuseForeign(session, generation)
      yield* watching.follow({ label: many ? generation.id : "", generation, isNew: false })
    }
    return { wanted: () => ({ place, warnings: [] }), codes: [] }
  })
  return yield* follow(session, watching, known, { ...wishes, many }, begin)
})

/** Where a name is given, a copy is made, here if nowhere else; of everything, only where that was asked for. */
const placeFor = Effect.fnUntraced(function* (out: string | undefined, subjects: number) {
  if (subjects === 0 && out === undefined) return undefined
  const place: Target = yield* target(out)
  if (place.named && subjects !== 1) {
    return yield* new BadInput({
      say: ({ refusals }) => refusals.wait.oneFile(place.path),
    })
  }
  return place
})

/** It would never move here: only the key that asked for it may ask about it. */
const refuseForeign = (
  session: Session.Session,
  generation: Generation,
): Effect.Effect<void, BadInput> => {
  const { account, accountKey, id, provider, state } = generation
  if (hasEnded(state) || session.isDriven(generation)) return Effect.void
  return Effect.fail(
    new BadInput({
      say: ({ refusals }) => refusals.wait.foreign(id, provider, account, accountKey),
    }),
  )
}

/** Of an undecided one, a process that goes on with it looks for the task before a person is asked. */
const livingStates = ["queued", "submitting", "running", "fetching", "undecided"] as const

const everything = Effect.fnUntraced(function* (
  session: Session.Session,
  known: Known,
  wishes: Wishes,
  place: Target | undefined,
) {
  const style = yield* styleFor(process.stderr)
  const { words } = style
  const isOurs = session.isDriven
  const watching = yield* watch(session, (one) => !hasEnded(one.state) && isOurs(one))
  const begin = Effect.gen(function* () {
    const living = yield* session.engine.list({ states: livingStates, limit: 100_000 })
    const all = yield* Effect.filter(living, session.engine.isMoving)
    for (const generation of all.filter(isOurs).toReversed()) {
      yield* watching.follow({ label: generation.id, generation, isNew: false })
    }
    const resting = all.filter((one) => !isOurs(one))
    if (resting.length > 0) {
      const names = [...new Set(resting.map(({ account, provider }) => `${provider} "${account}"`))]
      watching.print(warningText(words.waiting.rest(resting.length, names), style))
    }
    if (watching.left().length === 0) {
      watching.print(marked(style.paint("dim", "·"), words.waiting.nothing, style.columns))
    }
    return { wanted: () => ({ place, warnings: [] }), codes: [] }
  })
  const result = yield* follow(session, watching, known, { ...wishes, many: true }, begin)
  const undecided = yield* session.engine.list({ states: ["undecided"], limit: 100_000 })
  if (undecided.length === 0) return result
  note(leftText(session, undecided, style))
  const lines = undecided.map((one) =>
    failureJson(unfinished(session, one, "StillRunning"), "line"),
  )
  const asked: Result = {
    exitCode: worstOf([result.exitCode ?? ExitCode.done, ExitCode.undecided]),
    text: wishes.json ? [result.text, ...lines].filter((line) => line !== "").join("\n") : "",
  }
  return asked
})
