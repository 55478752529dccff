/**
 * The routes of a server, as data: a server implements them, a client is made from them, and the
 * OpenAPI document is written from them. Refuses what it does not name: unknown fields are errors.
 */
import { Schema } from "effect"
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import * as Access from "./Access.ts"
import * as Catalogue from "./Catalogue.ts"
import * as Wire from "./Generation.ts"
import { tidied, withInteger, withParts } from "./document.ts"
import {
  idempotencyKey,
  LargeBody,
  limits,
  readingFiles,
  says,
  SchemaErrors,
  wants,
} from "./Endpoint.ts"
import * as Problem from "./Problem.ts"
import * as Status from "./Status.ts"
import { VideoError, Videos } from "./Videos.ts"

export { fileTypes, LargeBody, limits, SchemaErrors } from "./Endpoint.ts"

/** Generations of one page. */
export const pageSize = { usual: 50, most: 200 } as const

const about = (description: string) => OpenApi.annotations({ description })

const generation = {
  params: {
    id: Schema.String.annotate({ examples: ["k3f9x0a7mq2z"] }).check(
      Schema.isPattern(/^[0-9a-z]{12}$/, { message: "is no id of a generation" }),
    ),
  },
}

/** An id that is none at all does not reach a route. */
const absent = [Problem.UnknownGeneration, Problem.UnknownRoute] as const

const LastEventId = Schema.Number.annotate({
  description: "`id` of the last event that was seen",
}).check(Schema.isInt(), Schema.isBetween({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }))

const events = Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/event-stream" }))

const readingOne = { ...generation, ...readingFiles }

/** `/api/v1/generations`: ask for one, take one over, look, cancel, settle, forget, read its files. */
export class Generations extends HttpApiGroup.make("generations")
  .add(
    HttpApiEndpoint.post("create", "/generations", {
      headers: {
        "idempotency-key": Schema.optionalKey(idempotencyKey),
      },
      payload: [
        Wire.Create,
        Schema.StructWithRest(
          Schema.Struct({
            request: Schema.String.annotate({
              description: "The JSON of a create",
              contentMediaType: "application/json",
            }),
          }),
          [
            Schema.Record(
              Schema.String,
              Schema.String.annotate({
                description: "A file, under the name of the input field that it is for",
                format: "binary",
              }),
            ),
          ],
        ).pipe(
          HttpApiSchema.asMultipartStream({
            maxParts: 16,
            maxFieldSize: "1 MiB",
            maxFileSize: limits.file,
            maxTotalSize: limits.create,
          }),
        ),
      ],
      success: [Wire.Accepted.pipe(HttpApiSchema.status(201)), Wire.Accepted],
      error: [
        Problem.InvalidInput,
        Problem.UnknownModel,
        Problem.KeyReused,
        Problem.UnsupportedMediaType,
      ],
    })
      .middleware(LargeBody)
      .annotateMerge(wants("create"))
      .annotateMerge(
        says(
          "Ask for a video",
          "Answers as soon as it is recorded; nothing is sent or paid yet. 201 where it is new, 200 where the `Idempotency-Key` was used for the same request before.",
        ),
      ),
    HttpApiEndpoint.post("adopt", "/generations/adopt", {
      payload: Wire.Adopt,
      success: [Wire.Accepted.pipe(HttpApiSchema.status(201)), Wire.Accepted],
      error: [Problem.ForeignHandle, Problem.UnsupportedMediaType, Problem.TooLarge],
    })
      .annotateMerge(wants("create"))
      .annotateMerge(
        says(
          "Take over a task by its handle",
          "Of a task that was submitted elsewhere with an account of this server: it is followed, and its video is kept. Nothing is sent or paid. 201 where it is new here, 200 where it was followed already.",
        ),
      ),
    HttpApiEndpoint.get("list", "/generations", {
      query: {
        id: Schema.optionalKey(
          Schema.String.annotate({
            description: "Only those whose id begins so",
            examples: ["k3f9"],
          }).check(Schema.isPattern(/^[0-9a-z]{1,12}$/, { message: "is no beginning of an id" })),
        ),
        state: Schema.optionalKey(Schema.Array(Wire.State)),
        model: Schema.optionalKey(Schema.Array(Schema.String)),
        owner: Schema.optionalKey(
          Schema.String.annotate({ description: "For admins: only those of this owner" }),
        ),
        after: Schema.optionalKey(
          Schema.String.annotate({
            description: "`next` of the page before, or the id of a generation",
          }),
        ),
        limit: Schema.optionalKey(
          Schema.Number.check(
            Schema.isInt(),
            Schema.isBetween({ minimum: 1, maximum: pageSize.most }),
          ),
        ),
      },
      success: Wire.Page,
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("List generations, newest first"))
      .annotate(
        OpenApi.Transform,
        withInteger("limit", { minimum: 1, maximum: pageSize.most, default: pageSize.usual }),
      ),
    HttpApiEndpoint.get("get", "/generations/:id", {
      ...generation,
      success: Wire.Record,
      error: absent,
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("Look at one, with its tasks, events and files")),
    HttpApiEndpoint.post("cancel", "/generations/:id/cancel", {
      ...generation,
      success: Wire.Generation,
      error: [...absent, Problem.NotNow],
    })
      .annotateMerge(wants("create"))
      .annotateMerge(
        says(
          "Cancel one",
          "A wish: what was not sent yet is cancelled by it, for the rest the provider is asked, and the events tell. A video that was faster is kept.",
        ),
      ),
    HttpApiEndpoint.post("settle", "/generations/:id/settle", {
      ...generation,
      payload: Wire.Settle,
      success: Wire.Generation,
      error: [
        ...absent,
        Problem.NotNow,
        Problem.ForeignHandle,
        Problem.UnsupportedMediaType,
        Problem.TooLarge,
      ],
    })
      .annotateMerge(wants("create"))
      .annotateMerge(says("Settle an undecided one by what you know of it")),
    HttpApiEndpoint.delete("remove", "/generations/:id", {
      ...generation,
      error: [...absent, Problem.NotNow],
    })
      .annotateMerge(wants("create"))
      .annotateMerge(says("Forget one that has ended, with its files")),
    HttpApiEndpoint.get("content", "/generations/:id/content", {
      ...readingOne,
      error: [...absent, Problem.NotKept, Problem.NoSuchRange],
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("Read the video, whole or by `Range`"))
      .annotate(OpenApi.Transform, withParts),
    HttpApiEndpoint.get("thumbnail", "/generations/:id/thumbnail", {
      ...readingOne,
      error: [...absent, Problem.NotKept, Problem.NoSuchRange],
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("Read its cover, or else the picture that it was made from"))
      .annotate(OpenApi.Transform, withParts),
    HttpApiEndpoint.get("events", "/generations/:id/events", {
      ...generation,
      headers: {
        "last-event-id": Schema.optionalKey(LastEventId),
      },
      success: [events, HttpApiSchema.NoContent],
      error: [...absent, Problem.TooManyListeners],
    })
      .annotateMerge(wants("read"))
      .annotateMerge(
        says(
          "Listen to one",
          "Server-sent events: `generation` with how it stands now, and `event` with each line of its history, from the first one or from the one after `Last-Event-ID`. Ends when the generation has ended; 204 where there is nothing more to come. A comment every 15 seconds keeps the connection.",
        ),
      )
      .annotate(OpenApi.Transform, withInteger("last-event-id", { minimum: 0 })),
  )
  .middleware(Access.Authorization)
  .annotateMerge(about("What is asked for: durable, from the moment that it is accepted")) {}

/** `/api/v1/events`: server-sent events of all generations of the caller. */
export class Events extends HttpApiGroup.make("events")
  .add(
    HttpApiEndpoint.get("all", "/events", {
      headers: {
        "last-event-id": Schema.optionalKey(LastEventId),
      },
      success: events,
      error: Problem.TooManyListeners,
    })
      .annotateMerge(wants("read"))
      .annotateMerge(
        says(
          "Listen to all",
          "Server-sent events: `event` with each line of the history of your generations, from now on or from the one after `Last-Event-ID`, and `generation` with how one stands, as it changes. A comment every 15 seconds keeps the connection.",
        ),
      )
      .annotate(OpenApi.Transform, withInteger("last-event-id", { minimum: 0 })),
  )
  .middleware(Access.Authorization)
  .annotateMerge(about("What happens to generations, as it happens")) {}

/** `/api/v1/models`: the models of the server's accounts, with their fields. */
export class Models extends HttpApiGroup.make("models")
  .add(
    HttpApiEndpoint.get("list", "/models", { success: Schema.Array(Catalogue.Model) })
      .annotateMerge(wants("read"))
      .annotateMerge(says("What can be asked for")),
    HttpApiEndpoint.get("get", "/models/:provider/:name", {
      params: { provider: Schema.String, name: Schema.String },
      success: Catalogue.Model,
      error: [Problem.NoSuchModel, Problem.UnknownRoute],
    })
      .annotateMerge(wants("read"))
      .annotateMerge(says("One model, by the two halves of its id")),
  )
  .middleware(Access.Authorization)
  .annotateMerge(about("What can be asked for, and with which fields")) {}

/** `/api/v1/accounts`: who pays. Never a key. */
export class Accounts extends HttpApiGroup.make("accounts")
  .add(
    HttpApiEndpoint.get("list", "/accounts", { success: Schema.Array(Catalogue.Account) })
      .annotateMerge(wants("read"))
      .annotateMerge(says("Who can be asked to pay; no secrets")),
  )
  .middleware(Access.Authorization)
  .annotateMerge(about("Who pays")) {}

/** `/api/v1/health` and `/readiness`, which need no key, and `/stats`, which needs an admin's. */
export class Server extends HttpApiGroup.make("server")
  .add(
    HttpApiEndpoint.get("stats", "/stats", { success: Status.Stats })
      .middleware(Access.Authorization)
      .annotateMerge(wants("admin"))
      .annotateMerge(says("Figures of the whole server")),
    HttpApiEndpoint.get("health", "/health", { success: Status.Health }).annotateMerge(
      says("Whether the process answers"),
    ),
    HttpApiEndpoint.get("readiness", "/readiness", { success: Status.Readiness }).annotateMerge(
      says("Whether it takes work: 503 while it is stopping, or its disk cannot be written"),
    ),
  )
  .annotateMerge(about("How the server itself stands")) {}

/**
 * All routes. A server implements it with `HttpApiBuilder`, a client is made by `HttpApiClient.make(Api, { baseUrl })`.
 */
export class Api extends HttpApi.make("zoetrope")
  .add(Generations, Events, Models, Accounts, Server)
  .prefix("/api/v1")
  .add(Videos)
  .middleware(SchemaErrors)
  .annotate(HttpApi.PayloadParseOptions, { errors: "all", onExcessProperty: "error" })
  .annotate(HttpApi.QueryParseOptions, { errors: "all", onExcessProperty: "error" })
  .annotate(HttpApi.AdditionalSchemas, [Wire.Event, VideoError])
  .annotate(OpenApi.Transform, tidied)
  .annotateMerge(
    OpenApi.annotations({
      title: "Zoetrope",
      version: "1.0.0",
      summary: "Durable generative video",
      description:
        "Ask for a video, follow it, keep it. A video that was paid for is never lost and never paid for twice.",
      license: { name: "MIT", identifier: "MIT" },
      servers: [{ url: "/" }],
    }),
  ) {}
