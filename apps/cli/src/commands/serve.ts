/**
 * `zoetrope serve`: the server on this machine, until it is told to stop. With `--simulate` its vendors
 * are a simulator in the same process, so that everything can be tried without an account.
 */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import * as DataDirectory from "../DataDirectory.ts"
import { ExitCode } from "../ExitCode.ts"
import { common } from "../Flags.ts"
import { withHttp } from "../Network.ts"
import { settle } from "../Settle.ts"
import type { Vendor } from "../Vendor.ts"

export const serve = (vendors: ReadonlyArray<Vendor>) =>
  Command.make(
    "serve",
    {
      port: Flag.Int("port").pipe(
        Flag.withMetavar("NUMBER"),
        Flag.withDescription("Port to listen on; 0 for one that is free. Default: 8080"),
        Flag.filter(
          (port) => port >= 0 && port <= 65_535,
          (port) => `Expected 0 to 65535, got ${port}`,
        ),
        Flag.withDefault(8080),
      ),
      host: Flag.String("host").pipe(
        Flag.withMetavar("ADDRESS"),
        Flag.withDescription(
          "Address to listen on. Default: 127.0.0.1, this machine alone; any other one wants keys (zoetrope keys make)",
        ),
        Flag.withDefault("127.0.0.1"),
      ),
      publicUrl: Flag.String("public-url").pipe(
        Flag.withMetavar("URL"),
        Flag.withDescription(
          "Where the providers reach this server, through a proxy say: then those that can report the ends of tasks themselves. Default: they are only asked",
        ),
        Flag.optional,
      ),
      simulate: Flag.Boolean("simulate").pipe(
        Flag.withDescription(
          "Try everything without an account: the providers are simulated in this process, nothing is paid, and the data directory is one of its own",
        ),
        Flag.withDefault(false),
        Flag.withoutNegation,
      ),
      dataDir: DataDirectory.flag,
      json: common.json.pipe(
        Flag.withDescription("Print where it listens as JSON on stdout, in place of the address"),
      ),
    },
    (options) =>
      Effect.suspend(() => {
        let wasStopped = false
        return settle(options.json, () =>
          Effect.gen(function* () {
            const { serving } = yield* Effect.promise(() => import("../serving.ts"))
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
    Command.withDescription(
      "Durable generations over HTTP: the project's own API with its page at /docs, and /v1/videos for clients of OpenAI. Keeps everything in the data directory, like the other commands, and goes on with what they have left there. SIGINT or SIGTERM stop it in good order: no new work, open requests end, nothing that was accepted is lost. Its log is on stderr.",
    ),
    Command.withShortDescription("Generations over HTTP, for other programs"),
    Command.withExamples([
      { command: "zoetrope serve --simulate", description: "without an account" },
      { command: "zoetrope serve --port 9000 --data-dir /var/lib/zoetrope" },
    ]),
  )
