/**
 * A provider for the tests of accounts: a small service on loopback that makes films at once, and a
 * `Provider` that asks it over the transport, one call a method.
 */
import { exchange } from "@zoetrope/core/Exchange"
import { addressField, field, type Media } from "@zoetrope/core/Media"
import type { Model } from "@zoetrope/core/Model"
import * as Core from "@zoetrope/core/Provider"
import { CancelRefused, OutcomeUnknown, type Reason, Unavailable } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import { Effect, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import type { IncomingMessage, ServerResponse } from "node:http"
import { text } from "node:stream/consumers"
import * as Servers from "./servers.ts"

const texts = (title: string) => ({
  title,
  description: title,
  "x-title-zh": title,
  "x-description-zh": title,
})

export const maxBytes = 100_000

export interface FilmInput {
  readonly prompt: string
  readonly picture?: Media
  readonly voice?: string
}

const Input = Schema.Struct({
  prompt: Schema.String.annotate({ title: "Prompt" }),
  picture: Schema.optionalKey(
    field({ kind: "image", forms: ["url", "bytes"], maxBytes }, texts("Picture")),
  ),
  voice: Schema.optionalKey(addressField("audio", texts("Voice"))),
})

export const film: Model<FilmInput> = {
  id: "films/one",
  alias: "one",
  title: { en: "Film", zh: "片" },
  summary: { en: "A film", zh: "片" },
  kind: "text-or-image-to-video",
  input: Input,
  examples: [{ prompt: "a kite" }],
  rules: ({ prompt }) => ({ issues: [], warnings: prompt === "odd" ? ["an odd prompt"] : [] }),
  limitGroup: "one",
  limits: { inFlight: 100, callsPerSecond: 10_000 },
  timing: {
    usual: 1,
    longest: 10,
    poll: { floor: 0.02, ceiling: 0.02 },
    retention: 60,
    link: 60,
  },
  documents: [{ title: "None", url: "https://example.test/films", updated: "2026-01-01" }],
}

/** One provider value of the service at that address. */
export const make = (baseUrl: string): Effect.Effect<Core.Provider, never, HttpClient.HttpClient> =>
  Effect.map(HttpClient.HttpClient, (http) => {
    const about = { provider: "films", account: "default" }
    const key = "aaaaaaaaaaaa"
    const call = (request: HttpClientRequest.HttpClientRequest, fresh = false) =>
      exchange(http, request, { timeoutSeconds: 10, fresh })
    const failed = (operation: TaskError["operation"], reason: Reason, ref?: TaskRef) =>
      new TaskError({ ...about, operation, reason, ...(ref === undefined ? {} : { ref }) })
    const unavailable = (operation: TaskError["operation"], ref?: TaskRef) =>
      failed(operation, new Unavailable({ detail: "no answer" }), ref)
    const refOf = (taskId: string, submittedAt: string): TaskRef => ({
      version: 1,
      ...about,
      key,
      model: film.id,
      taskId,
      submittedAt,
      query: {},
    })

    return Core.make({
      id: about.provider,
      account: about.account,
      key,
      models: [film],
      submit: Effect.fnUntraced(function* (request) {
        const { picture, prompt } = request.input as FilmInput
        const body = JSON.stringify({
          key: request.key,
          prompt,
          ...(picture instanceof Uint8Array
            ? { picture: Buffer.from(picture).toString("base64") }
            : { picture }),
        })
        const at = new Date().toISOString()
        const answer = yield* call(
          HttpClientRequest.post(`${baseUrl}/films`).pipe(HttpClientRequest.bodyText(body)),
          true,
        )
        if (answer._tag === "Answer") return { ref: refOf(answer.body, at), warnings: [] }
        return yield* failed(
          "submit",
          new OutcomeUnknown({
            account: about.account,
            model: film.id,
            at,
            inputDigest: request.digest,
            key: request.key,
            detail: answer.detail,
            look: "Look there.",
          }),
        )
      }),
      poll: Effect.fnUntraced(function* (ref) {
        const answer = yield* call(HttpClientRequest.get(`${baseUrl}/films/${ref.taskId}`))
        if (answer._tag === "Broken") return yield* unavailable("poll", ref)
        return { state: JSON.parse(answer.body) as Core.Polled["state"], warnings: ["polled"] }
      }),
      check: Effect.succeed({ status: "well", message: "all well" }),
      cancel: Effect.fnUntraced(function* (ref) {
        const answer = yield* call(HttpClientRequest.delete(`${baseUrl}/films/${ref.taskId}`))
        if (answer._tag === "Answer") return { message: answer.body }
        return yield* failed("cancel", new CancelRefused({ detail: answer.detail }), ref)
      }),
      find: Effect.fnUntraced(function* (request, sentAt) {
        const answer = yield* call(HttpClientRequest.get(`${baseUrl}/keys/${request.key}`))
        if (answer._tag === "Broken") return yield* unavailable("find")
        return answer.status === 200 ? refOf(answer.body, sentAt) : undefined
      }),
      credits: Effect.flatMap(call(HttpClientRequest.get(`${baseUrl}/credits`)), (answer) =>
        answer._tag === "Answer"
          ? Effect.succeed({ remaining: Number(answer.body), rows: [] })
          : unavailable("credits"),
      ),
    })
  })

export interface Service {
  readonly url: string
  readonly server: Servers.Listening
  /** Each request that was answered or held, `POST /films`. */
  readonly requests: ReadonlyArray<string>
  /** Bodies of the submits that were accepted, in their order. */
  readonly accepted: ReadonlyArray<{ readonly key: string; readonly picture?: string }>
  /** What the next request of that name meets in place of its answer, which `proceed` gives. */
  readonly next: (
    request: "submit" | "poll",
    meets: (response: ServerResponse, proceed: () => void) => void,
  ) => void
  /** How many polls see a film at work; default none. */
  workFor: number
}

export const bytes = Buffer.from("the bytes of a film")

/** The service, gone with the scope. */
export const service = Effect.gen(function* () {
  const requests: Array<string> = []
  const accepted: Array<{ readonly key: string; readonly picture?: string }> = []
  const met = new Map<string, (response: ServerResponse, proceed: () => void) => void>()
  const polls = new Map<string, number>()

  const answerOf = async (request: IncomingMessage, path: string): Promise<string | undefined> => {
    const [, kind, id = ""] = path.split("/")
    if (request.method === "POST") {
      accepted.push(JSON.parse(await text(request)) as { readonly key: string })
      return String(accepted.length)
    }
    if (request.method === "DELETE") return `${id} is cancelled`
    if (kind === "credits") return "42"
    if (kind === "keys") {
      const index = accepted.findIndex(({ key }) => key === id)
      return index < 0 ? undefined : String(index + 1)
    }
    const polled = (polls.get(id) ?? 0) + 1
    polls.set(id, polled)
    if (polled <= self.workFor) return JSON.stringify({ _tag: "Running" })
    const url = `${self.url}/files/${id}.mp4`
    return JSON.stringify({ _tag: "Succeeded", outputs: [{ kind: "video", url }] })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const body = await answerOf(request, path)
    const proceed = () => response.writeHead(body === undefined ? 404 : 200).end(body)
    const name = request.method === "POST" ? "submit" : "poll"
    const meets = met.get(name)
    met.delete(name)
    if (meets === undefined) proceed()
    else meets(response, proceed)
  }

  const server = yield* Servers.http((request, response) => {
    const path = request.url ?? ""
    requests.push(`${request.method} ${path}`)
    if (path.startsWith("/dead/")) {
      response.writeHead(410).end()
      return
    }
    if (path.startsWith("/files/")) {
      response.writeHead(200, { "content-type": "video/mp4" }).end(bytes)
      return
    }
    void answer(request, response, path)
  })
  const self: Service = {
    url: `http://127.0.0.1:${server.port}`,
    server,
    requests,
    accepted,
    next: (name, meets) => void met.set(name, meets),
    workFor: 0,
  }
  return self
})
