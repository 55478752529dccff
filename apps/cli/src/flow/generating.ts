/** Orders to videos: recorded on the data directory, driven, and followed or left to go on alone. */
import { Effect } from "effect"
import * as Accounts from "../setup/Accounts.ts"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { detach } from "./Detached.ts"
import { follow } from "./Following.ts"
import { marked, note, styleFor, warningText } from "../terminal/Output.ts"
import type { Order } from "../input/Order.ts"
import { checkKeys, wantedOf, recordAll, recordOne } from "./Recording.ts"
import * as Session from "../setup/Session.ts"
import type { Known } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"
import { watch } from "../terminal/Watch.ts"

export interface Wishes {
  readonly directory: DataDirectory
  readonly many: boolean
  readonly detach: boolean
  readonly json: boolean
  readonly remakes: number
  readonly deadlineSeconds: number | undefined
}

export const generating = Effect.fn("generating")(function* (
  vendors: ReadonlyArray<Vendor>,
  orders: ReadonlyArray<Order>,
  known: Known,
  wishes: Wishes,
) {
  const { opened, problems } = yield* Accounts.openAll(
    vendors,
    orders.map((order) => order.opened),
  )
  const session = yield* Session.open(wishes.directory, opened)
  yield* checkKeys(session, orders)
  const style = yield* styleFor(process.stderr)
  const { words } = style
  for (const { say } of problems) note(warningText(say(words), style))
  const watching = yield* watch(session)
  // Before anything is recorded, so that Ctrl-C is still worth something.
  for (const { label, warnings } of orders) {
    const said = warnings.map(words.packages.sentence)
    watching.warn(wishes.many ? said.map((text) => words.labelled(label(words), text)) : said)
  }
  if (!wishes.detach && session.store !== undefined) yield* tellOfEarlier(session)
  const [only] = orders
  const record =
    wishes.many || only === undefined
      ? recordAll(session, watching, orders, wishes)
      : recordOne(session, watching, only, wishes.remakes)
  if (wishes.detach) return yield* detach(session, watching, known, wishes, record)
  const begin = Effect.map(record, ({ codes, recorded }) => ({
    codes,
    wanted: wantedOf(recorded),
  }))
  return yield* follow(session, watching, known, wishes, begin)
})

/** What an earlier command has left goes on, too: its tasks are paid for. */
export const tellOfEarlier = Effect.fnUntraced(function* (session: Session.Session) {
  const earlier = yield* session.engine.list({
    states: ["queued", "submitting", "running", "fetching"],
    limit: 10_000,
  })
  const count = earlier.filter((one) => session.accountOf(one) !== undefined).length
  if (count === 0) return
  const { columns, paint, words } = yield* styleFor(process.stderr)
  note(marked(paint("dim", "·"), words.recording.earlier(count), columns))
})
