/** Contender: the public API as a program uses it, checks, limits and all. */
import { Task } from "@zoetrope/core"
import { Transport } from "@zoetrope/node"
import { Models, Provider } from "@zoetrope/volc-cv"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { type Contender, key, picture, prompt, taskId } from "./load.ts"

const none = Number.MAX_SAFE_INTEGER

export const zoetrope = async (url: string): Promise<Contender> => {
  const model = Models.jimengVideo30Pro
  const runtime = ManagedRuntime.make(Transport.layer())
  const provider = await runtime.runPromise(
    Provider.make({
      accessKeyId: key.accessKeyId,
      secretAccessKey: Redacted.make(key.secretAccessKey),
      baseUrl: url,
      // What is measured is the client: no call waits for its place.
      limits: { [model.id]: { inFlight: none, callsPerSecond: none } },
    }),
  )
  const submit = (input: object) =>
    Task.prepare(provider, model, input).pipe(
      Effect.flatMap((prepared) => Task.submit(provider, prepared)),
      Effect.map(({ ref }) => ref.taskId),
    )
  const poll = Effect.map(
    provider.poll({
      version: 1,
      provider: provider.id,
      account: provider.account,
      key: provider.key,
      model: model.id,
      taskId,
      submittedAt: new Date().toISOString(),
      query: {},
    }),
    ({ state }) => state._tag,
  )
  return {
    poll: () => runtime.runPromise(poll),
    submit: () => runtime.runPromise(submit({ prompt })),
    submitPicture: () => runtime.runPromise(submit({ prompt, image: picture })),
    close: () => runtime.dispose(),
  }
}
