/**
 * `zoetrope backup`: a copy of the data directory that can be started from, made while others work in
 * it. What it is and what it holds back is the server's (`Backup`); this command says so.
 */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { common, isSaid, saidExpected } from "../input/Flags.ts"
import { json, marked, note, styleFor, warningText } from "../terminal/Output.ts"
import { settle } from "../Settle.ts"
import { quoted, type Words } from "../words/Words.ts"

export const backup = (words: Words) =>
  Command.make(
    "backup",
    {
      to: Argument.String("DIR").pipe(
        Argument.withDescription(words.help.backup.directory),
        Argument.filter(isSaid, saidExpected),
      ),
      dataDir: DataDirectory.flag(words),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const { Backup } = yield* Effect.promise(() => import("@zoetrope/server"))
          const { path } = DataDirectory.of(options.dataDir)
          const made = yield* Backup.make({ directory: path, to: options.to }).pipe(
            Effect.mapError(({ message }) => new BadInput({ say: quoted(message) })),
          )
          const style = yield* styleFor(process.stderr)
          const { copied, generations, held, missing } = made
          const megabytes = `${(copied.bytes / 1e6).toFixed(1)} MB`
          const text = style.words.backup.made(generations, copied.files, megabytes)
          note(marked(style.paint("green", "✓"), text, style.columns))
          if (held.length > 0) {
            note(marked(" ", style.words.backup.held(held.length), style.columns))
          }
          if (missing.length > 0) {
            const some = missing.slice(0, 5)
            note(warningText(style.words.backup.missing(missing.length, some), style))
          }
          return { text: options.json ? json({ to: options.to, ...made }) : options.to }
        }),
      ),
  ).pipe(
    Command.withDescription(words.help.backup.description),
    Command.withShortDescription(words.help.backup.short),
    Command.withExamples([
      { command: "zoetrope backup /mnt/backup/zoetrope" },
      {
        command: "zoetrope list --data-dir /mnt/backup/zoetrope",
        description: words.help.backup.list,
      },
    ]),
  )
