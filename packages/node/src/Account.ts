/**
 * A provider's account as an object of promises. Owns the edge between Effect and promises: what is
 * awaited, what an abort and a close do to it, and which error a rejection carries. Decides nothing
 * about money: that is `Task` of `@zoetrope/core`, and a submit on the wire is never given up here.
 */
import * as Digest from "@zoetrope/core/Digest"
import type { Model } from "@zoetrope/core/Model"
import type { Waited } from "@zoetrope/core/Poll"
import type {
  CancelOutcome,
  Credits,
  Health,
  Polled,
  Prepared,
  Provider,
  Submitted,
} from "@zoetrope/core/Provider"
import {
  Aborted,
  InvalidInput,
  type Operation,
  type OutcomeUnknown,
  type Reason,
} from "@zoetrope/core/Reason"
import * as Task from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import type { OnState, TaskEvent } from "@zoetrope/core/TaskEvent"
import { fromHandle, type TaskRef } from "@zoetrope/core/TaskRef"
import type { Output } from "@zoetrope/core/TaskState"
import { Effect, Predicate, Redacted } from "effect"
import { HttpClient } from "effect/http"
import type { Progress, SavedArtifact } from "./Artifact.ts"
import type { HostPolicy } from "./HostPolicy.ts"
import { makeCalls } from "./internal/calls.ts"
import { promised } from "./internal/promised.ts"
import { renewed } from "./internal/renewed.ts"
import { sha256 } from "./internal/sha256.ts"
import { borrow } from "./internal/sharedTransport.ts"
import { type InputOf, read } from "./MediaSource.ts"

/** A provider value, or what makes one: `Provider.make({ … })`, `Provider.fromConfig()`. */
export type Openable = Provider | Effect.Effect<Provider, unknown, HttpClient.HttpClient>

/** A task: its ref, or its handle (`toHandle`). */
export type TaskOrHandle = TaskRef | string

/**
 * One account of one provider. Every call about a task rejects with `TaskError`, whose `reason` says
 * why, whose `message` says what it cost and what to do next, and which carries `ref` from the moment
 * that there is a task.
 */
export interface Account extends AsyncDisposable {
  /** The value behind it. */
  readonly provider: Provider
  /**
   * From an input to a finished video, which is then fetched with `save`. Aborted, it rejects with
   * `Aborted` and the `ref`, if there is a task by then; the task itself goes on.
   */
  readonly run: <Input>(
    model: Model<Input>,
    input: InputOf<NoInfer<Input>>,
    options?: Task.RunOptions,
  ) => Promise<Task.Outcome>
  /**
   * Starts a task and waits for it no further. An abort that comes too late resolves all the same:
   * the task exists, and its `ref` is the only way to it.
   */
  readonly submit: <Input>(
    model: Model<Input>,
    input: InputOf<NoInfer<Input>>,
    options?: Pick<Task.RunOptions, "onState" | "signal">,
  ) => Promise<Submitted>
  /** Asks about a task, once. That a task has failed is a state and no rejection. */
  readonly poll: (task: TaskOrHandle) => Promise<Polled>
  /** Waits for a task, whichever process submitted it. */
  readonly wait: (task: TaskOrHandle, options?: Omit<Task.RunOptions, "remakes">) => Promise<Waited>
  /** Downloads a result into a file. Rejects with `ArtifactError`; the video is then still at the provider. */
  readonly save: (result: Waited, path: string, options?: SaveOptions) => Promise<SavedArtifact>
  /** Looks at key, clock and entitlement, at no cost. Never rejects because of them. */
  readonly check: () => Promise<Health>
  /** Where the provider can: takes a task back. Rejects with `CancelRefused` where it will not. */
  readonly cancel?: (task: TaskOrHandle) => Promise<CancelOutcome>
  /**
   * Where the provider can: looks for the task of a submit that rejected with `OutcomeUnknown`.
   * `undefined` proves nothing: the task may be listed later.
   */
  readonly find?: <Input>(
    model: Model<Input>,
    input: InputOf<NoInfer<Input>>,
    undecided: Pick<OutcomeUnknown, "model" | "inputDigest" | "at" | "key">,
  ) => Promise<TaskRef | undefined>
  /** Where the provider can: what the account has left. */
  readonly credits?: () => Promise<Credits>
  /**
   * Ends every wait as an abort does, reads the answers that are on their way, and lets go of the
   * connections. Never rejects. A process that ends anyway needs no close.
   */
  readonly close: () => Promise<void>
}

export interface SaveOptions {
  /** Which of the result's outputs. Default: the first, the one to keep. */
  readonly output?: Output | undefined
  /** A name that is taken gets ` (2)` before its extension (`"number"`, the default), or fails. */
  readonly whenTaken?: "number" | "fail" | undefined
  /** Default: https and public hosts only. `{ loopback: true }` is for a simulator. */
  readonly allow?: HostPolicy | undefined
  /** Called after each piece written; what it throws is ignored. */
  readonly onProgress?: ((progress: Progress) => void) | undefined
  /** Aborted, it rejects with the signal's reason and leaves no file. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Opens an account. All accounts of a process share one transport (see `Transport`). Rejects with
 * `InvalidInput`, which names the option or the variable, where the credentials cannot be used;
 * nothing is sent.
 */
export const open = async (provider: Openable): Promise<Account> => {
  if (!Effect.isEffect(provider)) return accountOf(provider, async () => {})
  const { giveBack, http } = await borrow()
  try {
    const made = await promised(Effect.provideService(provider, HttpClient.HttpClient, http))
    return accountOf(made, giveBack)
  } catch (error) {
    await giveBack()
    throw error
  }
}

/** A key as providers take it: nothing prints it. Throws `TypeError` for none, such as a variable that is not set. */
export const secret = (text: string | undefined): Redacted.Redacted => {
  if (text === undefined || text === "") {
    throw new TypeError("secret() was given no text: is the environment variable set?")
  }
  return Redacted.make(text)
}

const accountOf = (provider: Provider, release: () => Promise<void>): Account => {
  if (!Predicate.hasProperty(provider, "submit")) {
    throw new TypeError("open() takes a provider, or what makes one: Provider.make({ … })")
  }
  const calls = makeCalls(release)
  const { cancel, credits, find } = provider

  const failure = (operation: Operation, reason: Reason, model?: string): TaskError =>
    new TaskError({
      provider: provider.id,
      account: provider.account,
      ...(model === undefined ? {} : { model }),
      operation,
      reason,
    })

  const prepare = async <Input>(
    operation: Operation,
    model: Model<Input>,
    input: unknown,
    signal: AbortSignal,
  ): Promise<Prepared<Input>> => {
    const { id } = knownModel(operation, model)
    const reading = read(model, input).pipe(
      Effect.mapError((reason) => failure(operation, reason, id)),
      Effect.flatMap((media) => Task.prepare(provider, model, media)),
      Effect.provideService(Digest.Sha256, sha256),
    )
    return promised(reading, signal, () => {
      throw failure(operation, new Aborted(), id)
    })
  }

  /** Refuses what is no model before anything is read: programs without types pass anything. */
  const knownModel = (operation: Operation, model: { readonly id: string } | undefined) => {
    const found = provider.models.find(({ id }) => id === model?.id)
    if (found !== undefined) return found
    const issue = {
      path: "/model",
      message: `is not a model of ${provider.id}; give the model itself, as its package exports it`,
      allowed: provider.models.map(({ id }) => id).join(", "),
    }
    throw failure(operation, new InvalidInput({ issues: [issue] }))
  }

  const refOf = (operation: Operation, task: TaskOrHandle): Promise<TaskRef> => {
    const text = typeof task === "string" ? task : (JSON.stringify(task) ?? "")
    const reading = fromHandle(text).pipe(
      Effect.mapError(({ message }) =>
        failure(operation, new InvalidInput({ issues: [{ path: "", message }] })),
      ),
    )
    return promised(reading)
  }

  const account: Account = {
    provider,
    run: (model, input, options = {}) =>
      calls.add(options.signal, async (signal) => {
        const prepared = await prepare("submit", model, input, signal)
        const listener = listen(options.onState)
        const running = Task.runPrepared(provider, prepared, {
          ...options,
          signal,
          onState: listener.onState,
        })
        const outcome = await promised(running)
        return { ...outcome, warnings: [...listener.warnings(), ...outcome.warnings] }
      }),
    submit: (model, input, options = {}) =>
      calls.add(options.signal, async (signal) => {
        const prepared = await prepare("submit", model, input, signal)
        const listener = listen(options.onState)
        const sending = Task.submit(provider, prepared, { onState: listener.onState })
        const submitted = await promised(sending, signal, () => {
          const { ref, undecided } = listener.known()
          if (ref !== undefined) return { ref, warnings: [] }
          throw undecided ?? failure("submit", new Aborted(), model.id)
        })
        return { ...submitted, warnings: listener.warnings() }
      }),
    poll: (task) =>
      calls.add(undefined, async () => promised(provider.poll(await refOf("poll", task)))),
    wait: (task, options = {}) =>
      calls.add(options.signal, async (signal) =>
        promised(Task.wait(provider, await refOf("poll", task), { ...options, signal })),
      ),
    save: (result, path, options = {}) =>
      calls.add(options.signal, (signal) => download(provider, result, path, options, signal)),
    check: () => calls.add(undefined, () => promised(provider.check)),
    ...(cancel === undefined
      ? {}
      : {
          cancel: (task: TaskOrHandle) =>
            calls.add(undefined, async () => promised(cancel(await refOf("cancel", task)))),
        }),
    ...(find === undefined
      ? {}
      : {
          find: (model, input, undecided) =>
            calls.add(undefined, async (signal) => {
              const prepared = await prepare("find", model, input, signal)
              if (undecided.model !== model.id || undecided.inputDigest !== prepared.digest) {
                throw failure("find", new InvalidInput({ issues: [anotherInput] }), model.id)
              }
              // Without a key that travelled with the submit there is nothing to know the task by.
              if (undecided.key === undefined) return undefined
              return promised(find({ ...prepared, key: undecided.key }, undecided.at))
            }),
        }),
    ...(credits === undefined
      ? {}
      : { credits: () => calls.add(undefined, () => promised(credits)) }),
    close: calls.close,
    [Symbol.asyncDispose]: calls.close,
  }
  return account
}

const anotherInput = {
  path: "",
  message: "is not the input of that submit: give the same model, fields and files again",
}

/** Passes events on, and remembers what an abort must not hide. */
const listen = (onState: OnState | undefined) => {
  const warnings = new Set<string>()
  let known: { readonly ref?: TaskRef; readonly undecided?: TaskError } = {}
  return {
    onState: (event: TaskEvent) => {
      if (event._tag === "Undecided") known = { undecided: event.error }
      if (event._tag === "Submitted") {
        known = { ref: event.ref }
        for (const warning of event.warnings) warnings.add(warning)
      }
      onState?.(event)
    },
    known: () => known,
    warnings: () => [...warnings],
  }
}

const stillThere =
  "Nothing was fetched; the video is still at the provider, and wait() with its handle gives the link again."

const download = async (
  provider: Provider,
  result: Waited,
  path: string,
  options: SaveOptions,
  signal: AbortSignal,
): Promise<SavedArtifact> => {
  // Programs without types forget these after they have paid.
  if (typeof path !== "string" || path === "") {
    throw new TypeError(
      `save() takes the path of the file to make as its second argument, such as "film.mp4". ${stillThere}`,
    )
  }
  if (!Predicate.hasProperty(result, "state")) {
    throw new TypeError(`save() takes what run() or wait() resolved with. ${stillThere}`)
  }
  const { save } = await import("./Artifact.ts")
  const { allow, onProgress, output = result.state.outputs[0], whenTaken } = options
  const saving = save({
    url: output.url,
    to: path,
    whenTaken,
    expected: { bytes: output.bytes, md5: output.md5 },
    expiresAt: output.expiresAt,
    allow,
    renew: renewed(provider, result.ref, output),
    // As with `onState`: a listener's own mistake does not lose a video.
    onProgress: (progress) => Effect.ignore(Effect.try(() => onProgress?.(progress))),
  })
  return promised(saving, signal)
}
