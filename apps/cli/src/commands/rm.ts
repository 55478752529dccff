/** `zoetrope rm ID…`: forgets generations that have ended, and removes their files from the data directory. */
import { Effect, Result } from "effect"
import { Argument, Command } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import * as DataDirectory from "../DataDirectory.ts"
import { ExitCode, worstOf } from "../ExitCode.ts"
import { failureJson, failureOf, failureText } from "../Failure.ts"
import { common } from "../Flags.ts"
import { note, styleOf } from "../Output.ts"
import * as Server from "../Server.ts"
import { settle } from "../Settle.ts"
import * as Subjects from "../Subjects.ts"

export const rm = Command.make(
  "rm",
  {
    ids: Subjects.idArgument.pipe(Argument.atLeast(1)),
    ...DataDirectory.flags,
    json: common.json,
  },
  (options) =>
    settle(options.json, () =>
      Effect.gen(function* () {
        const subjects = yield* Subjects.read(options.ids)
        const ids = subjects.flatMap((one) => (one._tag === "Id" ? [one.id] : []))
        if (ids.length < subjects.length) {
          return yield* new BadInput({
            message: "a handle names a task at its provider; ids name what is recorded here",
          })
        }
        const Session = yield* Effect.promise(() => import("../Session.ts"))
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
          else note(failureText(failure, styleOf(process.stderr)))
        }
        return { exitCode: worstOf([ExitCode.done, ...codes]), text: lines.join("\n") }
      }).pipe(Server.within(options)),
    ),
).pipe(
  Command.withDescription(
    "Forget generations that have ended, with their files in the data directory; copies elsewhere stay. What has not ended is refused: it may be paid for. With --json, one object a line.",
  ),
  Command.withShortDescription("Forget what has ended"),
  Command.withExamples([
    { command: "zoetrope rm k3x9" },
    {
      command: "zoetrope list --state failed --json | jq -r .id | zoetrope rm -",
      description: "everything that failed",
    },
  ]),
)
