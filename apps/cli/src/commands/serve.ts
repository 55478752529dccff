/**
 * `zoetrope serve`: the server on this machine, until it is told to stop. With `--simulate` its vendors
 * are a simulator in the same process, so that everything can be tried without an account.
 */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as DataDirectory from "../setup/DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { between, common } from "../input/Flags.ts"
import { withHttp } from "../setup/Network.ts"
import { settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"
import type { Words } from "../words/Words.ts"

export const serve = (vendors: ReadonlyArray<Vendor>, words: Words) =>
  Command.make(
    "serve",
    {
      port: Flag.Int("port").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription(words.help.serve.port),
        (flag) => between(flag, 0, 65_535),
        Flag.withDefault(8080),
      ),
      host: Flag.String("host").pipe(
        Flag.withMetavar("ADDRESS"),
        Flag.withDescription(words.help.serve.host),
        Flag.withDefault("127.0.0.1"),
      ),
      publicUrl: Flag.String("public-url").pipe(
        Flag.withMetavar("URL"),
        Flag.withDescription(words.help.serve.publicUrl),
        Flag.optional,
      ),
      simulate: Flag.Boolean("simulate").pipe(
        Flag.withDescription(words.help.serve.simulate),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      dataDir: DataDirectory.flag(words),
      json: common(words).json.pipe(Flag.withDescription(words.help.serve.json)),
    },
    (options) =>
      Effect.suspend(() => {
        let wasStopped = false
        return settle(options.json, () =>
          Effect.gen(function* () {
            const { serving } = yield* Effect.promise(() => import("../flow/serving.ts"))
            return yield* serving(vendors, {
              ...options,
              publicUrl: Option.getOrUndefined(options.publicUrl),
            })
          }).pipe(
            withHttp,
            Effect.onInterrupt(() => Effect.sync(() => (wasStopped = true))),
          ),
        ).pipe(
          // To be stopped is how it ends.
          Effect.ensuring(
            Effect.sync(() => {
              if (wasStopped) process.exitCode = ExitCode.done
            }),
          ),
        )
      }),
  ).pipe(
    Command.withDescription(words.help.serve.description),
    Command.withShortDescription(words.help.serve.short),
    Command.withExamples([
      { command: "zoetrope serve --simulate", description: words.help.serve.simulateExample },
      { command: "zoetrope serve --port 9000 --data-dir /var/lib/zoetrope" },
    ]),
  )
