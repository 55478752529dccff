import { readFileSync } from "node:fs"
import { setTimeout as pause } from "node:timers/promises"
import { describe, expect, it } from "vitest"
import { pictureUrl, testServer } from "../support/testServer.ts"

const server = await testServer()
const { ask } = server

interface Figures {
  readonly text: string
  /** Value of a series, as `name{label="value"}`; 0 where there is none. */
  readonly at: (series: string) => number
}

const read = async (): Promise<Figures> => {
  const { text } = await ask("/metrics")
  const values = new Map(
    text
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const space = line.lastIndexOf(" ")
        return [line.slice(0, space), Number(line.slice(space + 1))] as const
      }),
  )
  return { text, at: (series) => values.get(series) ?? 0 }
}

/** Reads until it holds, and no longer than 15 s. */
const readUntil = async (holds: (figures: Figures) => boolean): Promise<Figures> => {
  for (let tries = 0; tries < 60; tries++) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const figures = await read()
    if (holds(figures)) return figures
    // oxlint-disable-next-line no-await-in-loop
    await pause(250)
  }
  throw new Error((await read()).text)
}

const create = async (prompt: string) => {
  const created = await ask("/api/v1/generations", {
    json: {
      model: "vidu/img2video",
      input: { image: pictureUrl(server.simulator), prompt },
      remakes: 0,
    },
  })
  expect(created.status).toBe(201)
  return created.json
}

const calls = (operation: string, outcome: string) =>
  `zoetrope_provider_calls_total{provider="vidu",model="vidu/img2video",operation="${operation}",outcome="${outcome}"}`

describe("metrics", () => {
  it("tell of a generation from its submit to its bytes", async () => {
    const { id } = await create("counted")
    const { at } = await readUntil(
      (figures) => figures.at('zoetrope_generations{state="done"}') === 1,
    )
    expect(at(calls("submit", "Accepted"))).toBe(1)
    expect(at(calls("poll", "Succeeded"))).toBe(1)
    expect(at('zoetrope_provider_call_seconds_count{provider="vidu",operation="submit"}')).toBe(1)
    expect(at("zoetrope_poll_lateness_seconds_count")).toBeGreaterThanOrEqual(1)
    expect(at('zoetrope_gate_wait_seconds_count{provider="vidu",model="vidu/img2video"}')).toBe(1)
    const { artifacts } = (await ask(`/api/v1/generations/${id}`)).json
    const bytes = artifacts.map((one: { bytes: number }) => one.bytes)
    expect(at("zoetrope_stored_files")).toBe(bytes.length)
    expect(at("zoetrope_stored_bytes")).toBe(
      bytes.reduce((sum: number, one: number) => sum + one, 0),
    )
    expect(at("zoetrope_disk_free_bytes")).toBeGreaterThan(0)
    expect(at("process_resident_memory_bytes")).toBeGreaterThan(1e6)
    expect(at("process_cpu_seconds_total")).toBeGreaterThan(0)
    expect(
      at('zoetrope_http_requests_total{method="POST",route="/api/v1/generations",status="201"}'),
    ).toBe(1)
  })

  it("tell of errors by the provider's codes, and of what is undecided", async () => {
    server.simulator.faults.add("submit:code=CreditInsufficient:1")
    await create("refused")
    const refused = await readUntil(
      (figures) => figures.at('zoetrope_generations{state="failed"}') === 1,
    )
    expect(
      refused.at(
        'zoetrope_provider_errors_total{provider="vidu",operation="submit",code="CreditInsufficient"}',
      ),
    ).toBe(1)
    server.simulator.faults.add("submit:lost-answer:1")
    await create("undecided")
    const undecided = await readUntil(
      (figures) => figures.at(calls("submit", "OutcomeUnknown")) === 1,
    )
    expect(undecided.at(calls("submit", "OutcomeUnknown"))).toBe(1)
  })

  it("name a request by its route, and never by its address", async () => {
    await ask("/api/v1/generations/k3f9x0a7mq2z")
    await ask("/nothing-here?token=hush")
    const { at, text } = await read()
    expect(
      at('zoetrope_http_requests_total{method="GET",route="/api/v1/generations/:id",status="404"}'),
    ).toBeGreaterThanOrEqual(1)
    expect(at('zoetrope_http_requests_total{method="GET",route="none",status="404"}')).toBe(1)
    expect(text).not.toMatch(/hush|nothing-here|k3f9x0a7mq2z/)
  })

  it("count event streams while they are open, and time none of them", async () => {
    const stop = new AbortController()
    const stream = await fetch(`${server.url}/api/v1/events`, { signal: stop.signal })
    expect(stream.status).toBe(200)
    await readUntil((figures) => figures.at("zoetrope_event_streams") === 1)
    stop.abort()
    await stream.text().catch(() => "")
    const { at } = await readUntil((figures) => figures.at("zoetrope_event_streams") === 0)
    const route = 'method="GET",route="/api/v1/events"'
    expect(at(`zoetrope_http_requests_total{${route},status="200"}`)).toBe(1)
    expect(at(`zoetrope_http_request_seconds_count{${route}}`)).toBe(0)
  })

  it("are explained where people look them up, each of them and no others", async () => {
    const handbook = readFileSync(
      new URL("../../../../docs/operations.md", import.meta.url),
      "utf8",
    )
    const named = (text: string, pattern: RegExp) =>
      new Set(Array.from(text.matchAll(pattern), ([, name]) => name))
    const { text } = await read()
    expect(named(handbook, /^\| `((?:zoetrope|process)_\w+)/gm)).toEqual(
      named(text, /^# TYPE (\w+)/gm),
    )
  })
})
