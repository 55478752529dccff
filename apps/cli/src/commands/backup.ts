/**
 * `zoetrope backup`: a copy of the data directory that can be started from, made while others work in
 * it. What it is and what it holds back is the server's (`Backup`); this command says so.
 */
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { common } from "../Flags.ts"
import { json, marked, note, styleOf, warningText } from "../Output.ts"
import { settle } from "../Settle.ts"

export const backup = Command.make(
  "backup",
  {
    to: Argument.String("DIR").pipe(
      Argument.withDescription(
        "Where the copy is: a new directory, or that of an earlier copy, to which only what is new is added",
      ),
    ),
    dataDir: DataDirectory.flag,
    json: common.json,
  },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const { Backup } = yield* Effect.promise(() => import("@zoetrope/server"))
        const { path } = DataDirectory.of(options.dataDir)
        const made = yield* Backup.make({ directory: path, to: options.to }).pipe(
          Effect.mapError(({ message }) => new BadInput({ message })),
        )
        const style = styleOf(process.stderr)
        const { copied, generations, held, missing } = made
        const text = `${generations} generations, ${copied.files} files copied (${(copied.bytes / 1e6).toFixed(1)} MB)`
        note(marked(style.paint("green", "✓"), text, style.columns))
        if (held.length > 0) {
          const about = `${held.length} were about to be sent, and are undecided in the copy: nothing of them is paid by starting it`
          note(marked(" ", about, style.columns))
        }
        if (missing.length > 0) {
          note(
            warningText(
              `${missing.length} files are not there as they were recorded (removed just now, or damaged): ${missing.slice(0, 5).join(", ")}`,
              style,
            ),
          )
        }
        return { text: options.json ? json({ to: options.to, ...made }) : options.to }
      }),
    ),
).pipe(
  Command.withDescription(
    "Copy the data directory to a place from which it can be started, also while a server or other commands work in it. What was waiting to be sent is undecided in the copy, since it may be sent, and paid, before the copy is ever used.",
  ),
  Command.withShortDescription("A copy of everything, safe to start from"),
  Command.withExamples([
    { command: "zoetrope backup /mnt/backup/zoetrope" },
    { command: "zoetrope list --data-dir /mnt/backup/zoetrope", description: "what is in it" },
  ]),
)
