/**
 * How the log is written: for people at a terminal, as JSON lines for whatever collects them. Goes to
 * standard error; nothing that must not be in it gets there (`cleaned`).
 */
import { Config, Effect, Layer, Logger, References } from "effect"
import { cleaned } from "./cleaned.ts"

export interface Options {
  readonly format: "text" | "json"
  /** What is less is left out. */
  readonly level: "Debug" | "Info" | "Warn" | "Error"
}

/** @param write takes one line, without its end */
export const layer = (
  { format, level }: Options,
  write: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Layer.Layer<never> => {
  const lines = format === "json" ? Logger.formatJson : Logger.formatLogFmt
  return Layer.mergeAll(
    Logger.layer([Logger.make((entry) => write(cleaned(lines.log(entry))))]),
    Layer.succeed(References.MinimumLogLevel, level),
  )
}

/**
 * By `ZOETROPE_LOG` (`text` or `json`; default `text` at a terminal, else `json`) and
 * `ZOETROPE_LOG_LEVEL` (`debug`, `info`, `warn` or `error`; default `info`).
 */
export const layerConfig = Layer.unwrap(
  Effect.gen(function* () {
    const format = yield* Config.Literals(["text", "json"], "ZOETROPE_LOG").pipe(
      Config.withDefault(process.stderr.isTTY ? "text" : "json"),
    )
    const name = yield* Config.Literals(
      ["debug", "info", "warn", "error"],
      "ZOETROPE_LOG_LEVEL",
    ).pipe(Config.withDefault("info"))
    return layer({ format, level: levels[name] })
  }),
)

const levels = { debug: "Debug", info: "Info", warn: "Warn", error: "Error" } as const
