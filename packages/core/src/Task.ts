/**
 * One task from input to result in the caller's own process: check, wait for a place, submit, poll,
 * and make it again where the document says so and the budget allows. The only module that repeats a
 * submit, and it does so only on proof that the last one was not accepted.
 */
import { Cause, Clock, Effect, Exit, Random, Result } from "effect"
import { guarded, wordsOf } from "./Defects.ts"
import * as Digest from "./Digest.ts"
import * as Gate from "./Gate.ts"
import { abortable, abortedError } from "./internal/abortable.ts"
import { optionIssues } from "./internal/optionIssues.ts"
import { type AnyModel, check, type Model, timingFor } from "./Model.ts"
import { wait as waitForTask, type Waited, type WaitOptions } from "./Poll.ts"
import type { Prepared, Provider, Submitted, SubmitRequest } from "./Provider.ts"
import { InvalidInput, OutcomeUnknown } from "./Reason.ts"
import { delayBeforeRepeat } from "./Retry.ts"
import { TaskError, withRef } from "./TaskError.ts"
import { type OnState, tell } from "./TaskEvent.ts"
import type { TaskRef } from "./TaskRef.ts"

/** How `run` goes about it. Everything may be left out. */
export interface RunOptions extends WaitOptions {
  /** How many more tasks may be made (and paid) when one fails for a documented retryable reason. Default 1. */
  readonly remakes?: number | undefined
  /** Aborting fails with `Aborted`, and with the handle if there is one; the task itself goes on. */
  readonly signal?: AbortSignal | undefined
}

/** A video exists. Fetch it before its link dies. */
export interface Outcome extends Waited {
  /** Every task that was accepted, the last one being the result's. */
  readonly tasks: ReadonlyArray<TaskRef>
}

/** Checks an input; nothing is sent. Fails with `InvalidInput`. */
export const prepare = Effect.fn("Task.prepare")(function* <Input>(
  provider: Provider,
  model: Model<Input>,
  input: unknown,
) {
  const checked = check(model, input)
  if (Result.isFailure(checked)) {
    return yield* new TaskError({
      provider: provider.id,
      account: provider.account,
      model: model.id,
      operation: "submit",
      reason: checked.failure,
    })
  }
  const prepared: Prepared<Input> = {
    model,
    input: checked.success.input,
    digest: yield* Digest.ofInput(model.id, checked.success.input),
    warnings: checked.success.warnings,
  }
  return prepared
})

/**
 * Submits once the gate lets it, and again only where the last attempt was proven not to be accepted.
 * From the first byte to `onState`'s `Submitted` or `Undecided` nothing can interrupt it: an answer is
 * always read, up to the provider's submit timeout. An undecided one is looked for where the provider
 * can; what is not found stays undecided.
 */
export const submit = Effect.fn("Task.submit")(function* (
  provider: Provider,
  prepared: Prepared,
  options: Pick<RunOptions, "onState"> = {},
) {
  const gate = yield* Gate.Current
  const model = ownModel(provider, prepared)
  const group = gateKey(provider, model)
  const request: SubmitRequest = { ...prepared, key: yield* newKey }
  for (let attempt = 1; ; attempt++) {
    yield* gate.call(group, model.limits)
    const sentAt = new Date(yield* Clock.currentTimeMillis).toISOString()
    tell(options.onState, { _tag: "Submitting", attempt })
    const started = Effect.suspend(() => provider.submit(request)).pipe(
      Effect.catchDefect((defect) => Effect.fail(crashed(provider, request, sentAt, defect))),
    )
    const sent = yield* toldOf(started, prepared, options.onState)
    if (Result.isSuccess(sent)) return sent.success
    const error = sent.failure
    if (error.reason._tag === "OutcomeUnknown") {
      return yield* lookFor(provider, request, sentAt, error, options.onState)
    }
    if (error.reason._tag === "ConcurrencyLimited") yield* gate.lower(group)
    const inMillis = delayBeforeRepeat(error, attempt, yield* Random.next)
    if (inMillis === undefined) return yield* error
    tell(options.onState, { _tag: "Repeating", error, inMillis })
    yield* Effect.sleep(inMillis)
  }
})

/** The model with the limits of this account, which may have bought more. */
const ownModel = (provider: Provider, prepared: Prepared): AnyModel =>
  provider.models.find((model) => model.id === prepared.model.id) ?? prepared.model

const newKey = Effect.sync(() => crypto.randomUUID())

/** A provider that throws may have sent what it was given: nobody knows, and nobody sends it again. */
const crashed = (
  provider: Provider,
  { digest, model }: SubmitRequest,
  at: string,
  defect: unknown,
): TaskError =>
  new TaskError({
    provider: provider.id,
    account: provider.account,
    model: model.id,
    operation: "submit",
    reason: new OutcomeUnknown({
      account: provider.account,
      model: model.id,
      at,
      inputDigest: digest,
      detail: wordsOf(defect),
      look: "Look in the provider's console for a task of that time.",
    }),
  })

/** What came of a start, told to the listener before anything can interrupt. */
const toldOf = (
  started: Effect.Effect<Submitted, TaskError>,
  prepared: Prepared,
  onState: OnState | undefined,
) =>
  Effect.result(started).pipe(
    Effect.tap((result) =>
      Effect.sync(() => {
        if (Result.isSuccess(result)) {
          const warnings = [...prepared.warnings, ...result.success.warnings]
          tell(onState, { _tag: "Submitted", ref: result.success.ref, warnings })
        } else if (result.failure.verdict === "ask") {
          tell(onState, { _tag: "Undecided", error: result.failure })
        }
      }),
    ),
    Effect.uninterruptible,
  )

/** Seconds after which an undecided submit is looked for; a task may take a moment to be listed. */
const looks = [1, 5, 15]

const lookFor = Effect.fnUntraced(function* (
  provider: Provider,
  request: SubmitRequest,
  sentAt: string,
  undecided: TaskError,
  onState: OnState | undefined,
) {
  const { find } = provider
  // Without a key that travelled with the submit there is nothing to know the task by.
  const travelled = undecided.reason._tag === "OutcomeUnknown" && undecided.reason.key !== undefined
  if (find === undefined || !travelled) return yield* undecided
  for (const seconds of looks) {
    yield* Effect.sleep(seconds * 1000)
    // A search that fails, in whatever way, has found nothing out.
    const found = yield* Effect.exit(Effect.suspend(() => find(request, sentAt)))
    if (Exit.isFailure(found) || found.value === undefined) continue
    const submitted: Submitted = {
      ref: found.value,
      warnings: ["the answer to the submit was lost; its task was found by its mark"],
    }
    return yield* Effect.fromResult(yield* toldOf(Effect.succeed(submitted), request, onState))
  }
  return yield* undecided
})

/**
 * Waits for a task that exists, submitted by this process or another; frees the place that was kept for
 * it. Sends nothing that is paid. Fails with {@link TaskError}, which carries the handle; `StillRunning`
 * once the deadline has passed, while the task itself goes on.
 */
export const wait = Effect.fn("Task.wait")(function* (
  provider: Provider,
  ref: TaskRef,
  options: WaitOptions & Pick<RunOptions, "signal"> = {},
) {
  const gate = yield* Gate.Current
  const model = modelOf(provider, ref)
  const polling = pollPaced(provider, ref, options).pipe(
    Effect.onExit((exit) =>
      model !== undefined && hasEnded(exit)
        ? gate.free(gateKey(provider, model), ref.taskId)
        : Effect.void,
    ),
  )
  return yield* abortable(polling, options.signal, () => abortedError(provider, ref.model, ref))
})

/**
 * From input to video: checks the input, waits for a place among the account's tasks, submits, polls,
 * and makes the task again where its model's document calls the failure retryable (see `remakes`).
 *
 * Fails with {@link TaskError} and nothing else. What to look at in it:
 *
 * - `reason._tag`: why. `InvalidInput` comes before anything is sent. `OutcomeUnknown` is a submit whose
 *   answer was lost: a task may exist and be billed, and it is never sent again on a guess.
 * - `verdict`: what may be done about it. `message`: what happened, what it cost and what to do next.
 * - `ref`: the handle, from the moment there is one. {@link wait} goes on with it, in any process.
 *
 * The link dies, mostly within the hour: save the video at once, with `Artifact.save` of `@zoetrope/node`.
 *
 * @example
 * ```ts
 * import { Task, TaskRef } from "@zoetrope/core"
 * import { Transport } from "@zoetrope/node"
 * import { Models, Provider } from "@zoetrope/volc-cv"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const provider = yield* Provider.fromConfig()
 *   const { state } = yield* Task.run(
 *     provider,
 *     Models.jimengVideo30Pro,
 *     { prompt: "A drum begins to turn" },
 *     {
 *       onState: (event) => {
 *         if (event._tag === "Submitted") console.log(TaskRef.toHandle(event.ref))
 *       },
 *     },
 *   )
 *   return state.outputs[0].url
 * })
 *
 * console.log(await Effect.runPromise(program.pipe(Effect.provide(Transport.layer()))))
 * ```
 */
export const run = Effect.fn("Task.run")(function* <Input>(
  provider: Provider,
  model: Model<Input>,
  input: Input,
  options: RunOptions = {},
) {
  const prepared = yield* prepare(provider, model, input)
  return yield* runPrepared(provider, prepared, options)
})

/** `run` for an input that was checked already. */
export const runPrepared = Effect.fn("Task.runPrepared")(function* (
  provider: Provider,
  prepared: Prepared,
  options: RunOptions = {},
) {
  const issues = optionIssues(options)
  if (issues.length > 0) {
    const { account, id } = provider
    const reason = new InvalidInput({ issues })
    const model = prepared.model.id
    return yield* new TaskError({ provider: id, account, model, operation: "submit", reason })
  }
  const tasks: Array<TaskRef> = []
  let undecided: TaskError | undefined
  /** The task that failed and is being made again: until the next one exists, every error is about that. */
  let failed: TaskRef | undefined
  const listening: RunOptions = {
    ...options,
    onState: (event) => {
      if (event._tag === "Undecided") undecided = event.error
      if (event._tag === "Submitted") {
        undecided = undefined
        failed = undefined
        tasks.push(event.ref)
      }
      options.onState?.(event)
    },
  }
  const whole = Effect.gen(function* () {
    for (let remakes = options.remakes ?? 1; ; remakes--) {
      const made = yield* Effect.result(Effect.scoped(once(provider, prepared, listening)))
      if (Result.isSuccess(made)) {
        const outcome: Outcome = { ...made.success, tasks }
        return outcome
      }
      const error = made.failure
      if (failed !== undefined && error.verdict !== "ask") return yield* withRef(error, failed)
      if (error.verdict !== "remake" || remakes <= 0 || error.ref === undefined) return yield* error
      failed = error.ref
      tell(options.onState, { _tag: "Remaking", ref: error.ref, error })
    }
  })
  return yield* abortable(
    whole,
    options.signal,
    () =>
      undecided ??
      abortedError(
        provider,
        prepared.model.id,
        tasks.at(-1),
        failed === undefined ? "poll" : "submit",
      ),
  )
})

/** One task: a place, a submit, a wait. The place stays taken for as long as the task may be in flight. */
const once = Effect.fnUntraced(function* (
  provider: Provider,
  prepared: Prepared,
  options: RunOptions,
) {
  const gate = yield* Gate.Current
  const model = ownModel(provider, prepared)
  const place = yield* gate.place(gateKey(provider, model), model.limits, () =>
    tell(options.onState, { _tag: "Waiting" }),
  )
  let task: TaskRef | undefined
  let undecided = false
  const submitted = submit(provider, prepared, {
    onState: (event) => {
      if (event._tag === "Undecided") undecided = true
      if (event._tag === "Submitted") {
        undecided = false
        task = event.ref
      }
      options.onState?.(event)
    },
  })
  return yield* submitted.pipe(
    Effect.flatMap(({ ref }) => pollPaced(provider, ref, options)),
    Effect.onExit((exit) =>
      Effect.sync(() => {
        if (undecided) place.keep(model.timing.longest)
        else if (task !== undefined && !hasEnded(exit)) {
          place.keep(timingFor(model, task).longest, task.taskId)
        }
      }),
    ),
  )
})

/** Polls count as calls of their account; one that throws has brought nothing, and the task goes on. */
const pollPaced = Effect.fnUntraced(function* (
  provider: Provider,
  ref: TaskRef,
  options: WaitOptions,
) {
  const gate = yield* Gate.Current
  const model = modelOf(provider, ref)
  const turn = model === undefined ? Effect.void : gate.call(gateKey(provider, model), model.limits)
  const poll: Provider["poll"] = (asked) => guarded(provider, "poll", () => provider.poll(asked))
  const paced: Provider = { ...provider, poll: (asked) => Effect.andThen(turn, poll(asked)) }
  return yield* waitForTask(paced, ref, options)
})

const modelOf = (provider: Provider, ref: TaskRef): AnyModel | undefined =>
  provider.models.find((model) => model.id === ref.model)

/** What vendors count: an account, and the limit group of the model. */
const gateKey = (provider: Provider, model: AnyModel): string =>
  `${provider.id} ${provider.key} ${model.limitGroup}`

/** Whether the task is known not to be in flight any more. An interrupt and a deadline say nothing of it. */
const hasEnded = (exit: Exit.Exit<unknown, TaskError>): boolean =>
  Exit.isSuccess(exit) ||
  exit.cause.reasons.some(
    (reason) => Cause.isFailReason(reason) && reason.error.operation === "task",
  )
