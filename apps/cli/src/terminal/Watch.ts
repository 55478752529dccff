/**
 * Generations shown on stderr while somebody waits for them. Owns what is on the screen and the words
 * for Ctrl-C during a submit; changes nothing about any of them.
 */
import { timingFor } from "@zoetrope/core/Model"
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect, Queue, Schedule, Stream } from "effect"
import * as Board from "./Board.ts"
import * as Display from "./Display.ts"
import * as Interrupts from "../Interrupts.ts"
import { keep, marked, type Style, styleFor, warningText } from "./Output.ts"
import type { Session } from "../setup/Session.ts"
import * as Standing from "../telling/Standing.ts"
import { clock, cut, fit } from "./Text.ts"
import type { Words } from "../words/Words.ts"

export interface Followed {
  /** How it is called here; empty where there is only this one. */
  readonly label: string
  readonly generation: Generation
  /** Recorded by this command, so that Ctrl-C takes it back while it is not sent. */
  readonly isNew: boolean
}

export interface Watching {
  readonly follow: (one: Followed) => Effect.Effect<void>
  /** The next one that goes on by itself no more; `undefined` when none is left. */
  readonly next: Effect.Effect<Followed | undefined>
  /** Those that `next` has not told. */
  readonly left: () => ReadonlyArray<Followed>
  /** Says something that stays, with the time. */
  readonly say: (label: string, text: string) => void
  /** Writes lines that stay. */
  readonly print: (text: string) => void
  /** Shows warnings, each one once. */
  readonly warn: (warnings: ReadonlyArray<string>) => void
  /** Writes a result to stdout, beside the live lines. */
  readonly result: (text: string) => Effect.Effect<boolean>
  /** Seconds since it began. */
  readonly seconds: () => number
  /** Ends the live lines. */
  readonly stop: () => void
}

interface Row extends Followed {
  generation: Generation
  readonly context: () => Standing.Context
  isOver: boolean
  isTold: boolean
}

/** @param joins whether one that was not asked for by its id is followed, too, when it moves */
export const watch = Effect.fnUntraced(function* (
  session: Session,
  joins: (generation: Generation) => boolean = () => false,
) {
  const { engine } = session
  const beganAt = Date.now()
  const style = yield* styleFor(process.stderr)
  const { words } = style
  const rows = new Map<string, Row>()
  const over = yield* Queue.unbounded<Row>()
  const warnings = new Set<string>()
  let outage: string | undefined

  const going = () => [...rows.values()].filter(({ isOver }) => !isOver)
  // What a server submits goes on without this process.
  const mine = () => (session.store === undefined ? [] : going())
  const display = yield* Display.make((columns, spinner) =>
    drawn([...rows.values()], outage, spinner, { ...style, columns }),
  )
  const seconds = () => (Date.now() - beganAt) / 1000
  const say = (label: string, text: string) => {
    const line = `${clock(seconds())} ${label === "" ? text : words.labelled(label, text)}`
    display.print(marked(style.paint("dim", "·"), line, style.columns))
  }

  const see = (generation: Generation): void => {
    const row = rows.get(generation.id)
    if (row === undefined || generation.version <= row.generation.version) return
    const said = Standing.change(
      row.generation,
      generation,
      contextOf(session, generation),
      Date.now(),
      words,
    )
    row.generation = generation
    setWords(mine(), words)
    if (said !== undefined && (said.stays || !display.live)) say(row.label, said.text)
    display.refresh()
  }

  const follow = Effect.fnUntraced(function* (one: Followed) {
    const { generation } = one
    if (rows.get(generation.id)?.isOver === false) return
    const row: Row = {
      ...one,
      isOver: false,
      isTold: false,
      context: () => contextOf(session, row.generation),
    }
    rows.set(generation.id, row)
    setWords(mine(), words)
    const first = Standing.change(undefined, generation, row.context(), Date.now(), words)
    if (first !== undefined && !display.live) say(row.label, first.text)
    display.refresh()
    yield* engine.settled(generation.id).pipe(
      // A store that is away is asked again; what it says is shown meanwhile.
      Effect.tapErrorTag("StoreError", ({ message }) =>
        Effect.sync(() => {
          outage = words.packages.sentence(message)
        }),
      ),
      Effect.retry({
        schedule: Schedule.spaced("1 second"),
        while: ({ _tag }) => _tag === "StoreError",
      }),
      Effect.match({
        onSuccess: see,
        // Another process has forgotten it.
        onFailure: () => {},
      }),
      Effect.andThen(
        Effect.suspend(() => {
          row.isOver = true
          setWords(mine(), words)
          return Queue.offer(over, row)
        }),
      ),
      Effect.forkIn(scope),
    )
  })

  const scope = yield* Effect.scope
  const listen = engine.changes.pipe(
    Stream.runForEach((generation) => {
      see(generation)
      return rows.get(generation.id)?.isOver !== false && joins(generation)
        ? follow({ label: generation.id, generation, isNew: false })
        : Effect.void
    }),
  )
  yield* Effect.forkIn(listen, scope)

  const lookForTrouble = Effect.gen(function* () {
    const trouble = yield* engine.trouble
    outage = trouble && words.watch.waits(words.packages.sentence(trouble.detail))
  }).pipe(Effect.repeat(Schedule.spaced("500 millis")))
  yield* Effect.forkIn(lookForTrouble, scope)
  // The listeners stand before anything is recorded.
  yield* Effect.yieldNow

  const watching: Watching = {
    follow,
    next: Effect.suspend(() =>
      going().length === 0 && Queue.sizeUnsafe(over) === 0
        ? Effect.undefined
        : Effect.tap(Queue.take(over), (row) =>
            Effect.sync(() => {
              row.isTold = true
            }),
          ),
    ),
    left: () => [...rows.values()].filter(({ isTold }) => !isTold),
    say,
    print: display.print,
    warn: (texts) => {
      for (const text of texts) {
        if (!warnings.has(text)) display.print(warningText(text, style))
        warnings.add(text)
      }
    },
    result: (text) =>
      Effect.promise(async () => {
        let isKept = true
        await display.beside(async () => {
          isKept = await keep(text, words)
        })
        return isKept
      }),
    seconds,
    stop: display.stop,
  }
  return watching
})

/** Lines at most, so that a line that stays never scrolls the live ones away. */
const height = () => Math.max(4, (process.stderr.rows || 24) - 2)

const drawn = (
  rows: ReadonlyArray<Row>,
  outage: string | undefined,
  spinner: string,
  style: Style,
): ReadonlyArray<string> => {
  const { columns, paint, words } = style
  const now = Date.now()
  const mark = paint("cyan", spinner)
  const below = outage === undefined ? [] : [`  ${paint("red", cut(outage, columns - 2))}`]
  const [only] = rows
  if (only === undefined) return [mark, ...below]
  if (rows.length === 1 && only.label === "") {
    const why = Standing.trouble(only.generation, now, words)
    return [
      `${mark} ${fit(Standing.facts(only.generation, only.context(), now, words), columns - 2)}`,
      ...(why === undefined ? [] : [`  ${paint("yellow", cut(why, columns - 2))}`]),
      ...below,
    ]
  }
  const board = Board.lines(
    rows.map((row) => ({ ...row, ...row.context() })),
    now,
    height(),
    { ...style, columns: columns - 2 },
  )
  return [...board.slice(0, -1), `${mark} ${board.at(-1) ?? ""}`, ...below]
}

/** The timing is the vendor's own, also where a simulator is quicker. */
const contextOf = (session: Session, generation: Generation): Standing.Context => {
  const { dueAt, model: id, state, task } = generation
  const account = session.accountOf(generation)
  const model = account?.vendor.models.find((one) => one.id === id)
  const ref = task?.ref
  return {
    timing: model === undefined || ref === undefined ? model?.timing : timingFor(model, ref),
    isLookedFor:
      state === "undecided" &&
      ref === undefined &&
      dueAt !== undefined &&
      account?.provider.find !== undefined,
  }
}

const setWords = (rows: ReadonlyArray<Row>, { watch: words }: Words): void => {
  const isSubmitting = rows.some(({ generation }) => generation.state === "submitting")
  Interrupts.words.first = isSubmitting ? words.firstSignal : undefined
  Interrupts.words.second = isSubmitting ? words.secondSignal : undefined
}
