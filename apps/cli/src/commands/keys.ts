/**
 * `zoetrope keys`: who may use a server from elsewhere. Makes, lists and removes the keys in its data
 * directory; a server that runs takes notice within a second. A key is printed once, when it is made.
 */
import { Effect, Option, Redacted } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { json, marked, note, styleOf } from "../Output.ts"
import { settle } from "../Settle.ts"
import { pad } from "../Text.ts"

/** What a key may do, as the server checks it. */
const scopes = ["read", "create", "admin"] as const

const load = Effect.promise(() => import("@zoetrope/server")).pipe(Effect.map(({ Keys }) => Keys))

/** Its own words say what to do. */
const badInput = Effect.mapError(({ message }: Error) => new BadInput({ message }))

const make = Command.make(
  "make",
  {
    scope: Flag.Literals("scope", scopes).pipe(
      Flag.withDescription(
        "read: look at one's own; create: also ask for videos, cancel, settle, delete; admin: that with everybody's. Default: create",
      ),
      Flag.withDefault("create"),
    ),
    owner: Flag.String("owner").pipe(
      Flag.withMetavar("NAME"),
      Flag.withDescription(
        "Whose generations it sees: those of all keys with this owner. Default: only its own",
      ),
      Flag.optional,
    ),
    dataDir: DataDirectory.flag,
    json: common.json,
  },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const Keys = yield* load
        const { path } = DataDirectory.of(options.dataDir)
        const wasOpen = (yield* badInput(Keys.list(path))).length === 0
        const { key, secret } = yield* badInput(
          Keys.make(path, { scope: options.scope, owner: Option.getOrUndefined(options.owner) }),
        )
        const style = styleOf(process.stderr)
        const say = (text: string) => note(marked(style.paint("green", "✓"), text, style.columns))
        say(`key ${key.id} may ${key.scope}, for ${key.owner}; it is shown this once`)
        if (wasOpen) say(`a server on ${path} wants a key with every request from now on`)
        const { createdAt, id, owner, scope } = key
        return {
          text: options.json
            ? json({ id, owner, scope, createdAt, key: Redacted.value(secret) })
            : Redacted.value(secret),
        }
      }),
    ),
).pipe(
  Command.withDescription(
    "Make a key, and print it on stdout, this once: what is kept is its hash. With the first key, a server on this data directory answers nobody without one any more.",
  ),
  Command.withShortDescription("Make a key, and print it this once"),
  Command.withExamples([
    { command: "zoetrope keys make --owner alice > alice.key" },
    { command: "zoetrope keys make --scope read --owner prometheus > prometheus.key" },
  ]),
)

const list = Command.make("list", { dataDir: DataDirectory.flag, json: common.json }, (options) =>
  settle(options.json, () =>
    Effect.gen(function* () {
      const Keys = yield* load
      const { path } = DataDirectory.of(options.dataDir)
      const keys = yield* badInput(Keys.list(path))
      if (options.json) {
        const lines = keys.map(({ createdAt, id, owner, scope }) =>
          JSON.stringify({ id, owner, scope, createdAt }),
        )
        return { text: lines.join("\n") }
      }
      if (keys.length === 0) note(`there are no keys in ${path}`)
      const width = Math.max(0, ...keys.map(({ owner }) => owner.length))
      return {
        text: keys
          .map(({ createdAt, id, owner, scope }) =>
            [id, pad(scope, 6), pad(owner, width), createdAt.slice(0, 10)].join("  "),
          )
          .join("\n"),
      }
    }),
  ),
).pipe(
  Command.withDescription(
    "The keys there are: id, what each may do, whose it is, since when. With --json, one object a line.",
  ),
  Command.withShortDescription("The keys there are"),
)

const rm = Command.make(
  "rm",
  {
    id: Argument.String("ID").pipe(
      Argument.withDescription("The id of the key, as `zoetrope keys list` shows it"),
    ),
    dataDir: DataDirectory.flag,
    json: common.json,
  },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const Keys = yield* load
        const directory = DataDirectory.of(options.dataDir)
        if (!(yield* badInput(Keys.remove(directory.path, options.id)))) {
          return yield* new BadInput({
            message: `there is no key ${JSON.stringify(options.id)} in ${directory.path}`,
            next: [`\`${directory.command("keys", "list")}\``],
          })
        }
        return { text: options.json ? json({ id: options.id, status: "removed" }) : options.id }
      }),
    ),
).pipe(
  Command.withDescription(
    "Remove a key: within a second it opens nothing any more, and event streams that it opened end. What was asked for with it stays, and goes on.",
  ),
  Command.withShortDescription("Remove a key, at once"),
)

export const keys = Command.make("keys").pipe(
  Command.withDescription(
    "Who may use a server. Without keys, a server answers this machine alone; for any other address it wants keys before it starts. They lie in its data directory, as hashes.",
  ),
  Command.withShortDescription("Who may use a server: make, list and remove keys"),
  Command.withSubcommands([make, list, rm]),
)
