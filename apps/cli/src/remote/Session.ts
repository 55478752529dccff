/** What a command has in its hands that works on a server: the same, with nothing of it on this machine. */
import { Effect } from "effect"
import type { Opened } from "../setup/Accounts.ts"
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { note, styleFor, warningText } from "../terminal/Output.ts"
import * as RemoteEngine from "./RemoteEngine.ts"
import type { Connection } from "../setup/Server.ts"
import type { Session } from "../setup/Session.ts"
import { fetchTo } from "./fetching.ts"
import * as Outage from "./Outage.ts"

/** @param opened accounts of the server; all of them are there in any case */
export const open = Effect.fn("remote.Session.open")(function* (
  connection: Connection,
  directory: DataDirectory,
  opened: ReadonlyArray<Opened>,
) {
  const outage = Outage.make(connection.url)
  const engine = yield* RemoteEngine.make(connection, {
    outage,
    onLeft: (key) =>
      Effect.map(styleFor(process.stderr), (style) =>
        note(warningText(style.words.server.brokenOff(key), style)),
      ),
  })
  const session: Session = {
    directory,
    engine,
    store: undefined,
    opened,
    accountOf: ({ accountKey, provider }) =>
      opened.find((one) => one.provider.id === provider && one.provider.key === accountKey),
    isDriven: ({ account, provider }) => connection.keyOf(provider, account) !== undefined,
    copy: (file, target) => fetchTo(connection, outage, file, target),
  }
  return session
})
