/** One act: every order is recorded, and watched until it is over, whatever process drives it. */
import type { Generation } from "@zoetrope/engine/Generation"
import { Effect } from "effect"
import { conclude, type Conclusion } from "../telling/Conclusion.ts"
import { endText } from "../flow/Following.ts"
import { styleFor } from "../terminal/Output.ts"
import type { Session } from "../setup/Session.ts"
import type { Target } from "../input/Target.ts"
import { watch, type Watching } from "../terminal/Watch.ts"
import type { Order } from "./orders.ts"

export interface Act<A, E, R> {
  /** Where a copy of its video is wanted; else it stays in the data directory. */
  readonly placeOf: (order: Order) => Target | undefined
  /** Sees to it that they are driven; the act lasts as long as this, too. */
  readonly drive: (
    generations: ReadonlyArray<Generation>,
    watching: Watching,
  ) => Effect.Effect<A, E, R>
}

export interface Performed {
  readonly order: Order
  readonly id: string
  readonly conclusion: Conclusion
}

export const perform = <A, E, R>(
  session: Session,
  orders: ReadonlyArray<Order>,
  act: Act<A, E, R>,
) =>
  Effect.gen(function* () {
    const watching = yield* watch(session)
    const style = yield* styleFor(process.stderr)
    const generations: Array<Generation> = []
    for (const { input, model, name, opened } of orders) {
      const { generation } = yield* session.engine.submit({
        model: model.id,
        account: opened.account.name,
        input,
      })
      generations.push(generation)
      yield* watching.follow({ label: name, generation, isNew: true })
    }
    const conclusions = new Map<string, Conclusion>()
    const follow = Effect.gen(function* () {
      while (true) {
        const next = yield* watching.next
        if (next === undefined) return
        const { id } = next.generation
        const order = orders[generations.findIndex((one) => one.id === id)]!
        const conclusion = yield* conclude(session, id, act.placeOf(order))
        watching.print(endText(order.name, conclusion, style))
        conclusions.set(id, conclusion)
      }
    })
    const [, driven] = yield* Effect.all([follow, act.drive(generations, watching)], {
      concurrency: 2,
    })
    const performed = generations.map(({ id }, index): Performed => ({
      order: orders[index]!,
      id,
      conclusion: conclusions.get(id)!,
    }))
    return { performed, driven }
  }).pipe(Effect.scoped)
