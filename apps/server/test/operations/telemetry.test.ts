import { demoAccount } from "@zoetrope/simulator"
import { ConfigProvider, Effect, Layer } from "effect"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as pause } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import * as Logs from "../../src/operations/Logs.ts"
import * as Telemetry from "../../src/operations/Telemetry.ts"
import { start } from "../../src/index.ts"
import { providersOf } from "../support/providersOf.ts"
import { pictureUrl, simulate, temporaryDirectory } from "../support/testServer.ts"

/** Takes what an OpenTelemetry collector takes, as JSON, by path. */
const collector = async () => {
  const taken = new Map<string, Array<string>>()
  const server = createServer((request, response) => {
    let body = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => (body += chunk))
    request.on("end", () => {
      const path = request.url ?? ""
      taken.set(path, [...(taken.get(path) ?? []), body])
      response.setHeader("content-type", "application/json").end("{}")
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    text: (path: string) => (taken.get(path) ?? []).join("\n"),
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}

const withVariables = (variables: Readonly<Record<string, string>>) =>
  Layer.provide(
    Telemetry.layerConfig,
    ConfigProvider.layer(ConfigProvider.fromEnvRecord(variables)),
  )

describe("telemetry", () => {
  it("and the log tell of a generation, and nothing that is secret", async () => {
    await using otel = await collector()
    const simulator = await simulate()
    // A dead link and a failed poll: errors talk about addresses.
    simulator.faults.add("poll:503:1", "download:dead-link:1")
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: otel.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_LOGS_EXPORTER: "otlp",
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    }
    const dataDir = await temporaryDirectory()
    const lines: Array<string> = []
    const session = Effect.gen(function* () {
      const { url } = yield* start({
        port: 0,
        allow: { loopback: true },
        dataDir,
        providers: yield* providersOf(simulator),
      })
      yield* Effect.promise(async () => {
        const created = await fetch(`${url}/api/v1/generations?hush=query-of-a-request`, {
          method: "POST",
        })
        expect(created.status).toBe(400)
        const headers = { authorization: "Bearer hush-header-of-a-request" }
        const answer = await fetch(`${url}/api/v1/generations`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify({
            model: "vidu/img2video",
            input: { image: pictureUrl(simulator), prompt: "hush-prompt" },
          }),
        })
        const { id } = (await answer.json()) as { id: string }
        const path = `${url}/api/v1/generations/${id}`
        for (let tries = 0; tries < 100; tries++) {
          // oxlint-disable-next-line no-await-in-loop -- asked again and again
          const { state } = (await (await fetch(path)).json()) as { state: string }
          if (state === "done") return
          // oxlint-disable-next-line no-await-in-loop
          await pause(100)
        }
        throw new Error("it is not done")
      })
    })
    const log = Logs.layer({ format: "json", level: "Debug" }, (line) => void lines.push(line))
    const layers = withVariables(variables).pipe(Layer.provideMerge(log))
    await Effect.runPromise(Effect.scoped(session).pipe(Effect.provide(layers)))

    const traces = otel.text("/v1/traces")
    expect(traces).toContain('"name":"api.create"')
    expect(traces).toContain('"key":"http.route"')
    expect(traces).toContain('{"key":"service.name","value":{"stringValue":"zoetrope"}}')
    expect(otel.text("/v1/metrics")).toContain('"name":"zoetrope_provider_calls_total"')
    expect(otel.text("/v1/logs")).toContain("POST /api/v1/generations 201")
    const requests = lines
      .map((line) => JSON.parse(line) as { annotations: Record<string, unknown> })
      .filter(({ annotations }) => annotations["route"] === "/api/v1/generations")
    expect(requests.map(({ annotations }) => annotations["status"])).toEqual([400, 201])
    expect(requests[1]?.annotations).toMatchObject({ method: "POST", millis: expect.any(Number) })
    expect(requests[1]?.annotations["request"]).toMatch(/^[0-9a-f-]{36}$/)

    const everything = [traces, otel.text("/v1/metrics"), otel.text("/v1/logs"), ...lines].join(
      "\n",
    )
    expect(everything).not.toContain(demoAccount.secret)
    expect(everything).not.toContain("hush")
    expect(everything).not.toMatch(/signature=/i)
  })

  it("is sent nowhere without an address", async () => {
    const built = await Effect.runPromiseExit(Effect.void.pipe(Effect.provide(withVariables({}))))
    expect(built._tag).toBe("Success")
  })

  it.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }, "OTEL_EXPORTER_OTLP_PROTOCOL is grpc"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "not an address" }, "telemetry cannot be sent"],
  ])("refuses %o in plain words", async (variables, words) => {
    const built = Effect.runPromise(Effect.void.pipe(Effect.provide(withVariables(variables))))
    await expect(built).rejects.toThrow(words)
  })
})
