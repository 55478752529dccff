/**
 * Providers that are broken on purpose, each in one way that real clients are, and the checks that must
 * notice. All are made from Acme's, which is right.
 */
import { Transport } from "@zoetrope/core"
import type { AnyModel } from "@zoetrope/core/Model"
import type { Provider, Submitted } from "@zoetrope/core/Provider"
import {
  GenerationFailed,
  InvalidRequest,
  OutcomeUnknown,
  type Reason,
  Unavailable,
  UnknownCode,
} from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import type { TaskRef } from "@zoetrope/core/TaskRef"
import type { TaskState } from "@zoetrope/core/TaskState"
import type { Subject, Target } from "@zoetrope/provider-kit"
import { Effect, Predicate, Schema, Struct } from "effect"
import { HttpClient, HttpClientError, HttpClientResponse } from "effect/http"
import { plugin } from "./acme/provider.ts"
import { acmePlugin, subject } from "./acme/subject.ts"

export interface Mutant {
  /** What it does wrong. */
  readonly name: string
  readonly subject: Subject
  /** By name: the checks that are there for this. */
  readonly caughtBy: readonly [string, ...ReadonlyArray<string>]
}

/** Wraps the provider value. */
const provider = (change: (good: Provider, target: Target) => Partial<Provider>): Subject => ({
  ...subject,
  make: (target) =>
    Effect.map(subject.make(target), (good) => ({ ...good, ...change(good, target) })),
})

/** Wraps the client under it. */
const client = (change: (http: HttpClient.HttpClient) => HttpClient.HttpClient): Subject => ({
  ...subject,
  make: (target) => Effect.updateService(subject.make(target), HttpClient.HttpClient, change),
})

const because = (error: TaskError, reason: Reason): TaskError =>
  new TaskError({ ...fieldsOf(error), reason })

const fieldsOf = ({
  account,
  operation,
  provider: id,
  ref,
  code,
  httpStatus,
  model,
}: TaskError) => ({
  provider: id,
  account,
  operation,
  ...(ref === undefined ? {} : { ref }),
  ...(code === undefined ? {} : { code }),
  ...(httpStatus === undefined ? {} : { httpStatus }),
  ...(model === undefined ? {} : { model }),
})

const refused = new InvalidRequest({ retryable: "no" })
const noStart = { account: "", model: "", inputDigest: "", detail: "", look: "" }
const worthAnother = new GenerationFailed({ retryable: "yes" })

const withRef = (change: (ref: TaskRef) => TaskRef) =>
  provider((good) => ({
    submit: (request) =>
      Effect.map(good.submit(request), (submitted): Submitted => ({
        ...submitted,
        ref: change(submitted.ref),
      })),
  }))

const withState = (change: (state: TaskState, fail: (reason: Reason) => TaskState) => TaskState) =>
  provider((good) => ({
    poll: (ref) =>
      Effect.map(good.poll(ref), (polled) => ({
        ...polled,
        state: change(polled.state, (reason) => ({
          _tag: "Failed",
          error: new TaskError({
            provider: good.id,
            account: good.account,
            operation: "task",
            reason,
            ref,
          }),
        })),
      })),
  }))

const withSubmitError = (change: (error: TaskError) => TaskError) =>
  provider((good) => ({
    submit: (request) => Effect.mapError(good.submit(request), change),
  }))

const withPollError = (change: (error: TaskError) => TaskError) =>
  provider((good) => ({ poll: (ref) => Effect.mapError(good.poll(ref), change) }))

export const mutants: ReadonlyArray<Mutant> = [
  {
    name: "sends a submit again after a 503",
    subject: client(
      HttpClient.transform((call, request) =>
        Effect.flatMap(call, (response) =>
          request.method === "POST" && response.status === 503 ? call : Effect.succeed(response),
        ),
      ),
    ),
    caughtBy: [
      "a submit that meets an outage is undecided",
      "every method is one call on the wire, whatever comes back",
      "every task on the bill is in somebody's hands, and none is there twice",
    ],
  },
  {
    name: "repeats a refused submit by itself",
    subject: provider((good) => ({
      submit: (request) =>
        Effect.retry(good.submit(request), {
          times: 1,
          while: (error) => error.verdict === "repeat",
        }),
    })),
    caughtBy: [
      "every method is one call on the wire, whatever comes back",
      "a submit that was refused is not called undecided, nor repeated against the document",
    ],
  },
  {
    name: "takes HTML for a refusal",
    subject: withSubmitError((error) =>
      error.reason._tag === "OutcomeUnknown" && error.httpStatus !== undefined
        ? because(error, refused)
        : error,
    ),
    caughtBy: [
      "a submit whose answer cannot be read is undecided",
      "a submit that meets an outage is undecided",
      "every task on the bill is in somebody's hands, and none is there twice",
    ],
  },
  {
    name: "believes that nothing was sent whenever the connection dies",
    subject: client(
      HttpClient.transform(
        Effect.mapError((error) =>
          error.reason._tag === "TransportError" && Predicate.isObject(error.reason.cause)
            ? new HttpClientError.HttpClientError({
                reason: new HttpClientError.TransportError({
                  request: error.request,
                  cause: Transport.markNothingSent(new Error("connection lost")),
                }),
              })
            : error,
        ),
      ),
    ),
    caughtBy: [
      "a submit of which nothing was sent may be repeated, and only that is called so",
      "a submit whose connection dies is undecided",
    ],
  },
  {
    name: "overlooks the task id in an answer that is an error by its status",
    subject: client(
      HttpClient.transform((call, request) =>
        Effect.map(call, (response) =>
          request.method === "POST" && response.status >= 500
            ? HttpClientResponse.fromWeb(request, new Response("", { status: response.status }))
            : response,
        ),
      ),
    ),
    caughtBy: ["an answer that names the new task is an accepted submit, whatever its status"],
  },
  {
    name: "waits for an answer as long as it takes",
    subject: {
      ...subject,
      make: (target) => subject.make({ ...target, timeoutSeconds: 60 }),
    },
    caughtBy: [
      "a submit without an answer is undecided when its time is up",
      "a poll without an answer ends when its time is up, and leaves the task untouched",
    ],
  },
  {
    name: "does not say which start is undecided",
    subject: withSubmitError((error) =>
      error.reason._tag === "OutcomeUnknown"
        ? because(error, new OutcomeUnknown({ ...noStart, at: error.reason.at }))
        : error,
    ),
    caughtBy: [
      "an undecided submit names the account, the model, the time, the input and where to look",
    ],
  },
  {
    name: "lets an abort cut its submit short",
    subject: provider((good) => ({
      submit: (request) => Effect.interruptible(good.submit(request)),
    })),
    caughtBy: ["an abort in any phase loses nothing"],
  },
  {
    name: "sends every submit twice, and takes the first answer",
    subject: provider((good) => ({
      submit: (request) =>
        Effect.tap(good.submit(request), () => Effect.exit(good.submit(request))),
    })),
    caughtBy: [
      "every method is one call on the wire, whatever comes back",
      "every task on the bill is in somebody's hands, and none is there twice",
    ],
  },
  {
    name: "mixes up starts that run at the same time",
    subject: provider((good) => {
      let latest: Submitted | undefined
      return {
        submit: (request) =>
          Effect.map(
            Effect.tap(good.submit(request), (submitted) => {
              latest = submitted
              return Effect.sleep(20)
            }),
            (submitted) => latest ?? submitted,
          ),
      }
    }),
    caughtBy: ["every task on the bill is in somebody's hands, and none is there twice"],
  },
  {
    name: "submits on a pooled connection",
    subject: client(HttpClient.transform(Effect.provideService(Transport.FreshConnection, false))),
    caughtBy: ["every submit goes out on a connection of its own"],
  },
  {
    name: "follows redirects",
    subject: client(HttpClient.followRedirects(3)),
    caughtBy: ["a redirect is not followed"],
  },
  {
    name: "takes unknown refusals for worth repeating",
    subject: withSubmitError((error) =>
      error.reason._tag === "UnknownCode" ? because(error, worthAnother) : error,
    ),
    caughtBy: ["a code that no document names is never repeated and never made again"],
  },
  {
    name: "makes every failed task again",
    subject: withState((state, fail) => (state._tag === "Failed" ? fail(worthAnother) : state)),
    caughtBy: ["a documented code gives its documented verdict"],
  },
  {
    name: "calls a task that is not found a failure to be made again",
    subject: withState((state, fail) => (state._tag === "NotFound" ? fail(worthAnother) : state)),
    caughtBy: ["a task that the service does not know is shown to a person"],
  },
  {
    name: "takes an unknown state for a failure",
    subject: provider((good) => ({
      poll: (ref) =>
        Effect.flatMap(good.poll(ref), (polled) =>
          polled.warnings.length === 0
            ? Effect.succeed(polled)
            : Effect.fail(
                new TaskError({
                  provider: good.id,
                  account: good.account,
                  operation: "poll",
                  reason: new UnknownCode({ detail: "unknown state" }),
                }),
              ),
        ),
    })),
    caughtBy: ["a state that no document names is Running, with a warning"],
  },
  {
    name: "waits on for a task that was cancelled",
    subject: withState((state) => (state._tag === "Cancelled" ? { _tag: "Running" } : state)),
    caughtBy: [
      "a documented state is what its document says",
      "cancel takes a task back, or says why not",
    ],
  },
  {
    name: "gives a task up when the status endpoint is down",
    subject: withPollError((error) =>
      error.reason._tag === "Unavailable" && error.retryAfterMillis === undefined
        ? because(error, refused)
        : error,
    ),
    caughtBy: ["an outage of the status endpoint leaves the task untouched"],
  },
  {
    name: "gives a task up when the credentials are refused",
    subject: withPollError((error) =>
      error.reason._tag === "Unauthorized" ? because(error, refused) : error,
    ),
    caughtBy: ["good credentials are told from bad ones, and bad ones cost no task"],
  },
  {
    name: "parses ids as numbers",
    subject: client(
      HttpClient.transform((call, request) =>
        Effect.flatMap(call, (response) =>
          Effect.map(response.text, (text) =>
            HttpClientResponse.fromWeb(
              request,
              new Response(response.status === 204 ? null : throughNumbers(text), {
                status: response.status,
                headers: response.headers,
              }),
            ),
          ),
        ),
      ),
    ),
    caughtBy: ["a task id stays the text that it was"],
  },
  {
    name: "dates every task back to 1970",
    subject: withRef((ref) => ({ ...ref, submittedAt: new Date(0).toISOString() })),
    caughtBy: ["an accepted submit gives a handle with all that a poll needs"],
  },
  {
    name: "keeps half of the handle to itself",
    subject: provider((good) => {
      const kept = new Map<string, TaskRef["query"]>()
      return {
        submit: (request) =>
          Effect.map(good.submit(request), (submitted) => {
            kept.set(submitted.ref.taskId, submitted.ref.query)
            return { ...submitted, ref: { ...submitted.ref, query: {} } }
          }),
        poll: (ref) => good.poll({ ...ref, query: kept.get(ref.taskId) ?? ref.query }),
      }
    }),
    caughtBy: ["a handle is all that another process needs"],
  },
  {
    name: "polls foreign handles",
    subject: provider((good) => ({
      poll: (ref) => good.poll({ ...ref, provider: good.id, key: good.key }),
    })),
    caughtBy: ["a foreign handle is refused before any call"],
  },
  {
    name: "shows its key in an error",
    subject: provider((good, { account }) => ({
      submit: (request) =>
        Effect.mapError(
          good.submit(request),
          (error) =>
            new TaskError({
              ...fieldsOf(error),
              reason: error.reason,
              providerMessage: `Authorization: Key ${account.secret}`,
            }),
        ),
    })),
    caughtBy: ["no secret leaves in errors, handles, events, logs or traces"],
  },
  {
    name: "shows its key in a trace",
    subject: client(
      HttpClient.tapRequest((request) =>
        Effect.annotateCurrentSpan("headers", request.headers["authorization"]),
      ),
    ),
    caughtBy: ["no secret leaves in errors, handles, events, logs or traces"],
  },
  {
    name: "takes whatever is asked for",
    subject: withModels((model) => ({
      ...model,
      input: Schema.Struct({
        prompt: Schema.String.annotate({ title: "Prompt", description: "Anything." }),
      }),
    })),
    caughtBy: ["a bad input is refused without a call, by the name of its field"],
  },
  {
    name: "decodes the signed query of a link",
    subject: withOutput((output) => ({ ...output, url: decodeURIComponent(output.url) })),
    caughtBy: [
      "a task goes from its start to a playable file",
      "a link says when it dies, and a dead one is renewed by asking again",
    ],
  },
  {
    name: "tells the checksum of another file",
    subject: withOutput((output) => ({ ...output, md5: "0".repeat(32) })),
    caughtBy: ["a task goes from its start to a playable file"],
  },
  {
    name: "does not say when a link dies",
    subject: withOutput((output) => Struct.omit(output, ["expiresAt"])),
    caughtBy: ["a link says when it dies, and a dead one is renewed by asking again"],
  },
  {
    name: "cancels on paper only",
    subject: provider(() => ({ cancel: () => Effect.succeed({ message: "cancelled" }) })),
    caughtBy: ["cancel takes a task back, or says why not"],
  },
  {
    name: "finds the latest task, whose ever it is",
    subject: provider((good) => {
      let latest = ""
      return {
        submit: (request) => {
          latest = request.key
          return good.submit(request)
        },
        find: (request, sentAt) =>
          good.find?.({ ...request, key: latest }, sentAt) ?? Effect.undefined,
      }
    }),
    caughtBy: ["find finds the task of a lost answer by its key, and no other"],
  },
  {
    name: "believes every callback",
    subject: provider(() => ({
      callbacks: {
        verify: () =>
          Effect.succeed({
            _tag: "Genuine",
            nonce: "1",
            key: undefined,
            state: undefined,
          } as const),
      },
    })),
    caughtBy: ["a callback is believed only as the vendor signed it, and not later than its time"],
  },
  {
    name: "has models without a title",
    subject: withModels((model) => ({ ...model, title: { en: "", zh: "" } })),
    caughtBy: ["a provider and its models describe themselves"],
  },
  {
    name: "gives an example that it would refuse",
    subject: withModels((model) => ({ ...model, examples: [{ prompt: "x".repeat(41) }] })),
    caughtBy: ["the JSON Schema of every model is valid, and takes its examples as the model does"],
  },
  {
    name: "takes a prompt in a field that it does not have",
    subject: withModels((model) => ({ ...model, common: { prompt: "words" } })),
    caughtBy: ["the JSON Schema of every model is valid, and takes its examples as the model does"],
  },
  {
    name: "offers a length that its field refuses",
    subject: withModels((model) => ({
      ...model,
      common: { seconds: { field: "prompt", values: { "5": 5 } } },
    })),
    caughtBy: ["the JSON Schema of every model is valid, and takes its examples as the model does"],
  },
  {
    name: "does not pass on what it is asked to wait",
    subject: withPollError((error) =>
      error.retryAfterMillis === undefined
        ? error
        : because(error, new Unavailable({ detail: "wait" })),
    ),
    caughtBy: ["what an answer asks to wait is passed on"],
  },
  {
    name: "names another account in its errors",
    subject: withSubmitError(
      (error) => new TaskError({ ...fieldsOf(error), account: "", reason: error.reason }),
    ),
    caughtBy: ["errors survive JSON"],
  },
  {
    name: "makes up what is left",
    subject: provider(() => ({ credits: Effect.succeed({ remaining: 0, rows: [] }) })),
    caughtBy: ["credits tell what is left, or why not"],
  },
  {
    name: "is opened under another name than the program's",
    subject: {
      ...subject,
      plugin: { ...acmePlugin, plugin: { ...plugin, open: () => plugin.open("default") } },
    },
    caughtBy: [
      "a plugin opens the account that its variables hold, and is the provider that it names",
    ],
  },
]

function withModels(change: (model: AnyModel) => AnyModel): Subject {
  return provider((good) => ({ models: good.models.map(change) }))
}

function withOutput(
  change: (
    output: Extract<TaskState, { _tag: "Succeeded" }>["outputs"][0],
  ) => Extract<TaskState, { _tag: "Succeeded" }>["outputs"][0],
): Subject {
  return withState((state) =>
    state._tag === "Succeeded" ? { ...state, outputs: [change(state.outputs[0])] } : state,
  )
}

/** What happens to a long id on its way through a number. */
function throughNumbers(text: string): string {
  return text.replaceAll(/"task_id":"?(\d{16,})"?/g, (_, id: string) => `"task_id":"${Number(id)}"`)
}
