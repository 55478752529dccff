/**
 * How a generation comes to be: asked for (`submit`), or taken over by the handle of its task
 * (`adopt`). Owns what is refused before anything is recorded, and that one key, and one task, have one
 * generation. Nothing is sent here.
 */
import * as Digest from "@zoetrope/core/Digest"
import type { Provider } from "@zoetrope/core/Provider"
import { Providers } from "@zoetrope/core/Providers"
import { ForeignHandle } from "@zoetrope/core/Reason"
import { prepare } from "@zoetrope/core/Task"
import { TaskError } from "@zoetrope/core/TaskError"
import { refusal, type TaskRef } from "@zoetrope/core/TaskRef"
import { Clock, Effect } from "effect"
import { KeyReused, UnknownModel } from "../EngineError.ts"
import type { Generation } from "../Generation.ts"
import { Inputs } from "../Inputs.ts"
import { cohortOf } from "../Pacing.ts"
import type { Accepted, Request } from "../Request.ts"
import { Store } from "../Store.ts"
import { Writer } from "../Writer.ts"
import { generationId } from "./generationId.ts"

/** @param seen told each row that is recorded */
export const make = Effect.fnUntraced(function* (seen: (generation: Generation) => void) {
  const store = yield* Store
  const writer = yield* Writer
  const providers = yield* Providers
  const inputs = yield* Inputs
  const sha256 = yield* Digest.Sha256

  /** The generation that has this key, if it asks for the same. */
  const ofKey = Effect.fnUntraced(function* (owner: string, key: string, digest: string) {
    const generation = yield* store.byKey(owner, key)
    if (generation === undefined || generation.digest === digest) return generation
    return yield* new KeyReused({ key, id: generation.id })
  })

  const submit = Effect.fnUntraced(function* (request: Request) {
    const { account, key, owner = "", remakes = 1 } = request
    const choice = providers.forModel(request.model, account)
    if (choice === undefined) return yield* unknownModel(providers, request)
    const { model, provider } = choice
    const { digest, input, warnings } = yield* prepare(provider, model, request.input).pipe(
      Effect.provideService(Digest.Sha256, sha256),
    )
    const before = key === undefined ? undefined : yield* ofKey(owner, key, digest)
    if (before !== undefined) return notNew(before, warnings)
    const kept = yield* inputs.setAside(input)
    while (true) {
      const now = yield* Clock.currentTimeMillis
      const generation: Generation = {
        ...blank(provider, now),
        model: model.id,
        digest,
        owner,
        cohort: cohortFor(provider, cohortOf(model, input)),
        state: "queued",
        dueAt: now,
        remakes,
      }
      const outcome = yield* writer.write({
        _tag: "Insert",
        generation,
        input: kept.input,
        files: kept.files,
        ...(key === undefined ? {} : { key }),
        event: { version: 1, at: now, kind: "accepted", message: "accepted; nothing is sent yet" },
      })
      if (outcome === "written") {
        seen(generation)
        return { generation, isNew: true, warnings }
      }
      // Somebody was faster with the same key.
      const faster = key === undefined ? undefined : yield* ofKey(owner, key, digest)
      if (faster !== undefined) return notNew(faster, warnings)
    }
  })

  const adopt = Effect.fn("Engine.adopt")(function* (ref: TaskRef, owner: string) {
    const provider = yield* ownerOf(providers, ref)
    const before = yield* store.byTask(ref)
    if (before?.task?.ref?.taskId === ref.taskId) return notNew(before, [])
    const now = yield* Clock.currentTimeMillis
    const started = blank(provider, now)
    const generation: Generation = {
      ...started,
      model: ref.model,
      digest: "unknown",
      owner,
      cohort: cohortFor(provider, ref.model),
      state: "running",
      dueAt: now,
      // What it was asked for is not known here, so it cannot be made again.
      remakes: 0,
      task: {
        number: 1,
        token: started.stamp,
        state: "running",
        attempt: 1,
        sentAt: Date.parse(ref.submittedAt),
        ref,
      },
    }
    const message = `taken over by its handle: task ${ref.taskId}`
    yield* writer.write({
      _tag: "Insert",
      generation,
      input: null,
      event: { version: 1, at: now, kind: "accepted", message },
    })
    seen(generation)
    return { generation, isNew: true, warnings: [] }
  })

  return { submit, adopt }
})

const notNew = (generation: Generation, warnings: ReadonlyArray<string>): Accepted => ({
  generation,
  isNew: false,
  warnings,
})

/** An account learns by itself: one may be a simulator, whose minutes are seconds. */
const cohortFor = ({ key }: Provider, name: string): string => `${key} ${name}`

const blank = ({ account, id, key }: Provider, now: number) => ({
  id: generationId(),
  stamp: crypto.randomUUID(),
  version: 1,
  provider: id,
  account,
  accountKey: key,
  createdAt: now,
  updatedAt: now,
  cancel: "no" as const,
})

const unknownModel = ({ all }: Providers["Service"], { account, model }: Request) =>
  new UnknownModel({
    model,
    ...(account === undefined ? {} : { account }),
    known: all
      .filter((one) => account === undefined || one.account === account)
      .flatMap((one) => one.models.map(({ id }) => id)),
  })

/** The account whose key made the task. */
const ownerOf = Effect.fnUntraced(function* (providers: Providers["Service"], ref: TaskRef) {
  const provider = providers.forRef(ref)
  const owner = provider ?? { id: ref.provider, account: "none", key: "none" }
  const foreign = refusal(ref, owner)
  if (provider !== undefined && foreign === undefined) return provider
  return yield* new TaskError({
    provider: owner.id,
    account: owner.account,
    model: ref.model,
    operation: "poll",
    reason: foreign ?? new ForeignHandle({ expected: "an account here", given: ref.provider }),
    ref,
  })
})
