/**
 * Traces, metrics and logs to an OpenTelemetry collector, by its own standard variables. Nothing is sent
 * without `OTEL_EXPORTER_OTLP_ENDPOINT` (or that of one signal); with it traces and metrics are, and
 * logs with `OTEL_LOGS_EXPORTER=otlp`. Owns what is set when a variable is not, and what never leaves:
 * addresses with their query, the path of a request to this server, and whatever `cleaned` takes out.
 */
import { Cause, Config, ConfigProvider, Effect, Layer, Schema } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp, OtlpSerialization, type OtlpTracer } from "effect/observability"
import { cleaned } from "./cleaned.ts"

/** The variables ask for what cannot be. */
export class TelemetryUnusable extends Schema.TaggedError<TelemetryUnusable>()(
  "TelemetryUnusable",
  { why: Schema.String },
) {
  override get message(): string {
    return `telemetry cannot be sent as the variables OTEL_… ask for: ${this.why}`
  }
}

/** Where a variable is not set. Logs are on standard error already. */
const defaults = {
  OTEL_SERVICE_NAME: "zoetrope",
  OTEL_TRACES_EXPORTER: "otlp",
  OTEL_METRICS_EXPORTER: "otlp",
  OTEL_LOGS_EXPORTER: "none",
  OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
}

const withDefaults = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.updateService(effect, ConfigProvider.ConfigProvider, (given) =>
    ConfigProvider.orElse(given, ConfigProvider.fromEnvRecord(defaults)),
  )

/** Whether somebody wants to be sent metrics. */
export const sendsMetrics: Effect.Effect<boolean> = Effect.gen(function* () {
  const endpoint = yield* Config.String("OTEL_EXPORTER_OTLP_ENDPOINT").pipe(
    Config.orElse(() => Config.String("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT")),
    Config.withDefault(""),
  )
  const exporter = yield* Config.String("OTEL_METRICS_EXPORTER")
  return endpoint !== "" && exporter.includes("otlp")
}).pipe(
  withDefaults,
  Effect.catch(() => Effect.succeed(false)),
)

/** To be given to the whole server, so that its spans are seen. What waits is sent when it closes. */
export const layerConfig = Layer.unwrap(
  withDefaults(
    Effect.gen(function* () {
      const protocol = yield* Config.String("OTEL_EXPORTER_OTLP_PROTOCOL")
      const serialization = serializations.get(protocol)
      if (serialization === undefined) {
        return yield* new TelemetryUnusable({
          why: `OTEL_EXPORTER_OTLP_PROTOCOL is ${protocol}; there is ${[...serializations.keys()].join(" and ")}`,
        })
      }
      const provider = yield* ConfigProvider.ConfigProvider
      return Otlp.layerFromConfig({ loggerMergeWithExisting: true }).pipe(
        Layer.provide([
          cleaning.pipe(Layer.provide(serialization)),
          FetchHttpClient.layer,
          ConfigProvider.layer(Effect.succeed(provider)),
        ]),
        // It dies of a variable that it cannot read.
        Layer.catchCause((cause) =>
          Layer.effectDiscard(
            Effect.fail(
              new TelemetryUnusable({ why: Cause.prettyErrors(cause)[0]?.message ?? "" }),
            ),
          ),
        ),
      )
    }),
  ),
)

const serializations: ReadonlyMap<
  string,
  Layer.Layer<OtlpSerialization.OtlpSerialization>
> = new Map([
  ["http/protobuf", OtlpSerialization.layerProtobuf],
  ["http/json", OtlpSerialization.layerJson],
])

/** Between the program and what is sent: wherever a text comes from, it passes here. */
const cleaning = Layer.effect(
  OtlpSerialization.OtlpSerialization,
  Effect.map(OtlpSerialization.OtlpSerialization, ({ logs, metrics, traces }) =>
    OtlpSerialization.OtlpSerialization.of({
      logs: (data) => logs(cleanedData(data)),
      metrics,
      traces: (data) => traces(cleanedData(withoutAddresses(data))),
    }),
  ),
)

const cleanedData = <A>(data: A): A =>
  JSON.parse(JSON.stringify(data), (_key, value: unknown) =>
    typeof value === "string" ? cleaned(value) : value,
  )

/** By the numbers of OTLP. */
const serverKind = 2

/** The query of an address may be a signature, and the path of a callback is a secret; the route remains. */
const withoutAddresses = (data: OtlpTracer.TraceData): OtlpTracer.TraceData => ({
  resourceSpans: data.resourceSpans.map((resource) => ({
    ...resource,
    scopeSpans: resource.scopeSpans.map((scope) => ({
      ...scope,
      spans: scope.spans.map((span) => ({
        ...span,
        attributes: span.attributes.filter(
          ({ key }) =>
            key !== "url.query" &&
            (span.kind !== serverKind || (key !== "url.full" && key !== "url.path")),
        ),
      })),
    })),
  })),
})
