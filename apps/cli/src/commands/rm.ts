/** `zoetrope rm ID…`: forgets generations that have ended, and removes their files from the data directory. */
import { Effect, Result } from "effect"
import { Argument, Command } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { failureJson, failureOf, failureText } from "../Failure.ts"
import { common } from "../input/Flags.ts"
import { note, styleFor } from "../terminal/Output.ts"
import * as Server from "../setup/Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../input/Subjects.ts"
import type { Words } from "../words/Words.ts"

export const rm = (words: Words) =>
  Command.make(
    "rm",
    {
      ids: Subjects.idArgument(words).pipe(Argument.atLeast(1)),
      ...DataDirectory.flags(words),
      json: common(words).json,
    },
    (options) =>
      settle(options.json, () =>
        Effect.gen(function* () {
          const subjects = yield* Subjects.read(options.ids)
          const ids = subjects.flatMap((one) => (one._tag === "Id" ? [one.id] : []))
          if (ids.length < subjects.length) {
            return yield* new BadInput({
              say: ({ refusals }) => refusals.subjects.idsOnly,
            })
          }
          const Session = yield* Effect.promise(() => import("../setup/Session.ts"))
          const { engine } = yield* Session.openExisting(DataDirectory.at(options))
          const lines: Array<string> = []
          const codes: Array<ExitCode> = []
          for (const given of ids) {
            const removed = yield* Effect.result(
              Effect.gen(function* () {
                const { id } = yield* engine.get(given)
                yield* engine.remove(id)
                return id
              }),
            )
            if (Result.isSuccess(removed)) {
              lines.push(
                options.json
                  ? JSON.stringify({ id: removed.success, status: "removed" })
                  : removed.success,
              )
              continue
            }
            const failure = failureOf(removed.failure)
            codes.push(failure.exitCode)
            if (options.json) lines.push(failureJson(failure, "line"))
            else note(failureText(failure, yield* styleFor(process.stderr)))
          }
          return { exitCode: worstOf([ExitCode.done, ...codes]), text: lines.join("\n") }
        }).pipe(Server.within(options)),
      ),
  ).pipe(
    Command.withDescription(words.help.rm.description),
    Command.withShortDescription(words.help.rm.short),
    Command.withExamples([
      { command: "zoetrope rm k3x9" },
      {
        command: "zoetrope list --state failed --json | jq -r .id | zoetrope rm -",
        description: words.help.rm.failed,
      },
    ]),
  )
