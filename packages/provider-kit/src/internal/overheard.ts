/** Everything that a program may write down while calls are made: its log, and the spans of its traces. */
import { Effect, Logger, References, Tracer } from "effect"
import { inspect } from "node:util"

export interface Overheard {
  /** Runs a call so that it is overheard. */
  readonly in: <A, E, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** All that was written, as texts. */
  readonly texts: () => ReadonlyArray<string>
}

export const overhear = (): Overheard => {
  const lines: Array<string> = []
  const spans: Array<Tracer.NativeSpan> = []
  const logger = Logger.make((entry) => void lines.push(Logger.formatJson.log(entry)))
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    },
  })
  return {
    in: (call) =>
      call.pipe(
        Effect.withSpan("overheard"),
        Effect.withTracer(tracer),
        Effect.provide(Logger.layer([logger])),
        Effect.provideService(References.MinimumLogLevel, "Trace"),
      ),
    texts: () => [
      ...lines,
      ...spans.map((span) => `${span.name} ${shown([...span.attributes])} ${shown(span.events)}`),
    ],
  }
}

/** A value in every form in which a program might print it. */
export const shown = (value: unknown): string => {
  const inspected = inspect(value, { depth: 12, showHidden: false })
  try {
    return `${inspected}\n${JSON.stringify(value) ?? ""}\n${String(value)}`
  } catch {
    return inspected
  }
}
