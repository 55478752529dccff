/**
 * Both acts of the demo, and what they prove. The first is what `generate` does: recorded, driven and
 * kept by one process. In the second, this process only asks and watches, as a second terminal would;
 * another one drives, and is killed.
 */
import { hasEnded } from "@zoetrope/engine/Generation"
import { Effect, Option } from "effect"
import { access } from "node:fs/promises"
import { join, relative, resolve } from "node:path"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { json, marked, note, styleFor, warningText } from "../terminal/Output.ts"
import { program } from "../program.ts"
import * as Session from "../setup/Session.ts"
import { target } from "../input/Target.ts"
import type { SimulatedVendor } from "../Vendor.ts"
import { en, type Words } from "../words/Words.ts"
import { closing, type Line, lineJson } from "./closing.ts"
import { type AtKill, killedOnTheWay } from "./killedOnTheWay.ts"
import { ordersOf } from "./orders.ts"
import { type Outcome, outcomeOf } from "./Outcome.ts"
import { perform, type Performed } from "./perform.ts"
import { type Kept, prove, sameAgain } from "./Proof.ts"
import { mediaOf, simulated, speed } from "./simulated.ts"

export interface Wishes {
  readonly image: string | undefined
  readonly out: string | undefined
  readonly json: boolean
}

export const play = Effect.fnUntraced(function* (
  vendors: ReadonlyArray<SimulatedVendor>,
  wishes: Wishes,
) {
  const began = Date.now()
  const { image } = wishes
  const providers = yield* simulated(vendors)
  const { simulator } = providers
  const media = yield* mediaOf(simulator, image)
  const orders = yield* ordersOf(vendors, simulator, media).pipe(
    Effect.mapError((error) =>
      image !== undefined && error._tag === "TaskError"
        ? new BadInput({ say: ({ packages }) => `--${packages.reason(error)}` })
        : error,
    ),
  )
  const directory =
    wishes.out === undefined ? yield* free(resolve("zoetrope-demo")) : resolve(wishes.out)
  const place = yield* target(`${directory}/`)
  const data = DataDirectory.of(
    Option.some(relative(process.cwd(), yield* free(join(directory, "data")))),
  )
  const session = yield* Session.open(data, [...new Set(orders.map(({ opened }) => opened))])

  const style = yield* styleFor(process.stderr)
  const { words } = style
  const say = (text: string) => note(marked(style.paint("bold", "▶"), text, style.columns))
  say(words.demo.firstAct(orders.length, simulator.url, speed))
  for (const { name, warnings } of orders) {
    for (const text of warnings) {
      note(warningText(words.labelled(name, words.packages.sentence(text)), style))
    }
  }
  const first = yield* perform(session, orders, {
    placeOf: ({ name }) => ({ ...place, pathFor: () => place.pathFor(`${name}.mp4`) }),
    drive: () => session.engine.drive(),
  })
  note("")
  say(words.demo.secondAct(orders.length))
  note(`  ${style.paint("cyan", data.command("wait"))}`)
  const second = yield* perform(session, orders, {
    placeOf: () => undefined,
    drive: (generations, watching) =>
      killedOnTheWay(session, vendors, simulator, generations, watching),
  })
  const ledger = simulator.ledger()
  const outcomes = (performed: ReadonlyArray<Performed>, atKill?: AtKill) =>
    Effect.forEach(performed, (one) => outcomeOf(session, providers, one, atKill?.get(one.id)))
  const acts = [
    yield* outcomes(first.performed),
    yield* outcomes(second.performed, second.driven),
  ] as const
  const [keptFirst, keptSecond] = [keptOf(acts[0]), keptOf(acts[1])]
  const underWay = [...second.driven.values()].filter((state) => !hasEnded(state)).length
  const claims = [
    ...prove(ledger, [...keptFirst, ...keptSecond]),
    sameAgain(keptFirst, keptSecond, underWay),
  ]
  const ok = claims.every(({ holds }) => holds)
  const seconds = (Date.now() - began) / 1000
  const mark = ok ? style.paint("green", "✓") : style.paint("red", "✗")
  note(marked(mark, words.demo.over(seconds.toFixed(1)), style.columns))
  note("")
  const lines = [linesOf(acts[0]), linesOf(acts[1])] as const
  return {
    exitCode: ok ? ExitCode.done : ExitCode.other,
    text: wishes.json
      ? json({
          ok,
          seconds,
          directory,
          data: data.path,
          acts: lines.map((act) => act.map(lineJson)),
          claims: claims.map(({ holds, text }) => ({ holds, text: text(en) })),
          ledger: ledger.totals,
        })
      : closing(
          [
            { title: words.demo.firstTitle, lines: lines[0] },
            { title: words.demo.secondTitle, lines: lines[1] },
          ],
          claims,
          next(lines, data, words),
          yield* styleFor(process.stdout),
        ),
  }
})

const keptOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<Kept> =>
  outcomes.map(({ kept }) => kept)

const linesOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<Line> =>
  outcomes.map(({ line }) => line)

const next = (
  [first, second]: readonly [ReadonlyArray<Line>, ReadonlyArray<Line>],
  data: DataDirectory.DataDirectory,
  { demo }: Words,
): ReadonlyArray<string> => {
  const [video] = first.flatMap(({ path }) => (path === undefined ? [] : [path]))
  return [
    ...(video === undefined ? [] : [`${opener} ${video}`]),
    data.command("list"),
    ...second.slice(-1).map(({ id }) => data.command("show", id)),
    `${program} demo --image ${demo.yourPicture}`,
    `${program} simulate --fault submit:lost-answer`,
  ]
}

const opener = { darwin: "open", win32: "start" }[process.platform as string] ?? "xdg-open"

/** The first name that is free: this one, or a numbered one beside it. */
const free = (path: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    for (let number = 1; ; number += 1) {
      const one = number === 1 ? path : `${path}-${number}`
      try {
        // oxlint-disable-next-line no-await-in-loop -- one name after the other
        await access(one)
      } catch {
        return one
      }
    }
  })
