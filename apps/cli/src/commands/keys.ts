/**
 * `zoetrope keys`: who may use a server from elsewhere. Makes, lists and removes the keys in its data
 * directory; a server that runs takes notice within a second. A key is printed once, when it is made.
 */
import { Effect, Option, Redacted } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { command } from "../Failure.ts"
import { common } from "../input/Flags.ts"
import { json, marked, note, styleFor } from "../terminal/Output.ts"
import { settle } from "../Settle.ts"
import { pad } from "../terminal/Text.ts"
import { quoted, Spoken, type Words } from "../words/Words.ts"

/** What a key may do, as the server checks it. */
const scopes = ["read", "create", "admin"] as const

const load = Effect.promise(() => import("@zoetrope/server")).pipe(Effect.map(({ Keys }) => Keys))

/** Its own words say what to do. */
const badInput = Effect.mapError(({ message }: Error) => new BadInput({ say: quoted(message) }))

const make = (words: Words) =>
  Command.make(
    "make",
    {
      scope: Flag.Literals("scope", scopes).pipe(
        Flag.withDescription(words.help.keys.make.scope),
        Flag.withDefault("create"),
      ),
      owner: Flag.String("owner").pipe(
        Flag.withMetavar("NAME"),
        Flag.withDescription(words.help.keys.make.owner),
        Flag.optional,
      ),
      dataDir: DataDirectory.flag(words),
      json: common(words).json,
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
          const style = yield* styleFor(process.stderr)
          const { keys: told } = style.words
          const say = (text: string) => note(marked(style.paint("green", "✓"), text, style.columns))
          say(told.made(key.id, key.scope, key.owner))
          if (wasOpen) say(told.first(path))
          const { createdAt, id, owner, scope } = key
          return {
            text: options.json
              ? json({ id, owner, scope, createdAt, key: Redacted.value(secret) })
              : Redacted.value(secret),
          }
        }),
      ),
  ).pipe(
    Command.withDescription(words.help.keys.make.description),
    Command.withShortDescription(words.help.keys.make.short),
    Command.withExamples([
      { command: "zoetrope keys make --owner alice > alice.key" },
      { command: "zoetrope keys make --scope read --owner prometheus > prometheus.key" },
    ]),
  )

const list = (words: Words) =>
  Command.make(
    "list",
    { dataDir: DataDirectory.flag(words), json: common(words).json },
    (options) =>
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
          if (keys.length === 0) note((yield* Spoken).keys.none(path))
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
    Command.withDescription(words.help.keys.list.description),
    Command.withShortDescription(words.help.keys.list.short),
  )

const rm = (words: Words) =>
  Command.make(
    "rm",
    {
      id: Argument.String("ID").pipe(Argument.withDescription(words.help.keys.rm.id)),
      dataDir: DataDirectory.flag(words),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const Keys = yield* load
          const directory = DataDirectory.of(options.dataDir)
          if (!(yield* badInput(Keys.remove(directory.path, options.id)))) {
            return yield* new BadInput({
              say: ({ refusals }) => refusals.keys.noSuch(options.id, directory.path),
              next: [command(directory.command("keys", "list"))],
            })
          }
          return { text: options.json ? json({ id: options.id, status: "removed" }) : options.id }
        }),
      ),
  ).pipe(
    Command.withDescription(words.help.keys.rm.description),
    Command.withShortDescription(words.help.keys.rm.short),
  )

export const keys = (words: Words) =>
  Command.make("keys").pipe(
    Command.withDescription(words.help.keys.description),
    Command.withShortDescription(words.help.keys.short),
    Command.withSubcommands([make(words), list(words), rm(words)]),
  )
