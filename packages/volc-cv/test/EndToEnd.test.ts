/**
 * The adapter against the simulator, which is an independent reading of the same documents, over real
 * sockets: every model from its input to a link that serves an MP4, and what is survived on the way.
 * What was paid is told by the simulator's ledger.
 */
import { assert, describe, it } from "@effect/vitest"
import { Gate, Task, TaskRef } from "@zoetrope/core"
import type { AnyModel } from "@zoetrope/core/Model"
import type { TaskEvent } from "@zoetrope/core/TaskEvent"
import { makeRenderer, makeSimulator, type SimulatorOptions } from "@zoetrope/simulator"
import { dialect } from "@zoetrope/volc-cv/simulator"
import { Effect, Redacted } from "effect"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { afterAll } from "vitest"
import { closestShape } from "../simulator/closestShape.ts"
import { Crop, Models, Provider } from "../src/index.ts"
import { transport } from "./support/account.ts"
import { png } from "./support/pictures.ts"

const renderer = makeRenderer({ workers: 1 })
afterAll(() => renderer.close())

const poll = { floor: 0.02, ceiling: 0.05 }

/** A simulator in which a minute takes a tenth of a second, and an account of it. */
const simulated = Effect.fnUntraced(function* (
  options: Partial<SimulatorOptions> = {},
  wrong: Partial<Provider.Options> = {},
) {
  const simulator = yield* Effect.acquireRelease(
    Effect.promise(() =>
      makeSimulator({
        dialects: [dialect],
        speed: 600,
        // The first frames of the films are enough here.
        renderer: { render: (request) => renderer.render({ ...request, frames: 4 }) },
        ...options,
      }),
    ),
    (one) => Effect.promise(() => one.close()),
  )
  const [customer = assert.fail("the simulator has no account")] = simulator.accounts
  const limits = { inFlight: 5, callsPerSecond: 1000 }
  const provider = yield* Provider.make({
    accessKeyId: customer.id,
    secretAccessKey: Redacted.make(customer.secret),
    baseUrl: simulator.url,
    limits: Object.fromEntries(Models.all.map((model) => [model.id, limits])),
    ...wrong,
  })
  const address = (ending: string): string =>
    simulator.inputs.list().find(({ name }) => name.endsWith(ending))?.url ?? assert.fail(ending)
  const model = (known: AnyModel): AnyModel =>
    provider.models.find(({ id }) => id === known.id) ?? assert.fail(known.id)
  // The simulators of all tests have the same account, whose undecided tasks keep their places.
  const gate = Gate.make()
  const events: Array<TaskEvent["_tag"]> = []
  const run = (known: AnyModel, input: unknown) =>
    Task.run(provider, model(known), input, {
      poll,
      deadlineSeconds: 20,
      onState: ({ _tag }) => events.push(_tag),
    }).pipe(Effect.provideService(Gate.Current, gate))
  return { address, events, model, provider, run, simulator }
})

const aigc_meta = { producer_id: "p", content_propagator: "c" }

describe("every model", () => {
  it.live("goes from its input to a video on a link", () =>
    Effect.gen(function* () {
      const { address, run, simulator } = yield* simulated()
      const [image, video, sound] = [address(".jpg"), address(".mp4"), address(".wav")]
      const inputs: ReadonlyArray<readonly [AnyModel, unknown]> = [
        [Models.jimengVideo30Pro, { prompt: "千军万马", frames: 121, aspect_ratio: "9:16" }],
        [Models.jimengVideo30Pro, { image, prompt: "it begins to glow" }],
        [Models.jimengVideo30Pro, { image: png(640, 480), seed: 7, frames: 241 }],
        [Models.jimengMotionImitation, { image_url: image, video_url: video }],
        [Models.singleImageDriving, { image_url: image, video_url: video }],
        [
          Models.lipSyncLite,
          {
            url: video,
            pure_audio_url: sound,
            separate_vocal: true,
            align_audio: true,
            align_audio_reverse: true,
            templ_start_seconds: 0.5,
          },
        ],
        [Models.lipSyncBasic, { url: video, pure_audio_url: sound, open_scenedet: true }],
      ]
      for (const [model, input] of inputs) {
        const { state, warnings } = yield* run(model, input)
        const [output] = state.outputs
        const film = yield* Effect.promise(() =>
          fetch(output.url).then(async (response) => Buffer.from(await response.arrayBuffer())),
        )
        assert.strictEqual(film.subarray(4, 8).toString(), "ftyp", model.id)
        if (output.bytes !== undefined) assert.strictEqual(output.bytes, film.length)
        if (output.md5 !== undefined) {
          assert.strictEqual(output.md5, createHash("md5").update(film).digest("hex"))
        }
        assert.deepStrictEqual(warnings, [], model.id)
      }
      const { refused, totals } = simulator.ledger()
      assert.strictEqual(totals.accepted, inputs.length)
      assert.strictEqual(totals.succeeded, inputs.length)
      assert.deepStrictEqual(refused, [])
    }).pipe(Effect.provide(transport)),
  )

  it.live("brings the label of generated content to the service, where its document has it", () =>
    Effect.gen(function* () {
      const { address, run } = yield* simulated()
      const { state } = yield* run(Models.lipSyncLite, {
        url: address(".mp4"),
        pure_audio_url: address(".wav"),
        aigc_meta,
      })
      assert.strictEqual(state.facts?.["aigc_meta_tagged"], true)
    }).pipe(Effect.provide(transport)),
  )
})

describe("what is paid", () => {
  it.live("is one task when its answer is lost, and nobody sends it again", () =>
    Effect.gen(function* () {
      const { run, simulator } = yield* simulated({ faults: ["submit:lost-answer"] })
      const error = yield* Effect.flip(run(Models.jimengVideo30Pro, { prompt: "a" }))
      assert.strictEqual(error.reason._tag, "OutcomeUnknown")
      const { totals } = simulator.ledger()
      assert.deepStrictEqual([totals.accepted, totals.answersLost], [1, 1])
    }).pipe(Effect.provide(transport)),
  )

  it.live("is nothing certain after any answer without an envelope", () =>
    Effect.gen(function* () {
      const faults = ["malformed", "html", "empty", "no-task-id", "503:body=html:when=after"]
      for (const fault of faults) {
        const { events, run, simulator } = yield* simulated({ faults: [`submit:${fault}`] })
        const error = yield* Effect.flip(run(Models.jimengVideo30Pro, { prompt: "a" }))
        assert.strictEqual(error.verdict, "ask", fault)
        assert.isAtMost(simulator.ledger().totals.accepted, 1)
        assert.deepStrictEqual(events.filter((tag) => tag === "Submitting").length, 1)
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is one task when a limit refused it first", () =>
    Effect.gen(function* () {
      const { events, run, simulator } = yield* simulated({ faults: ["submit:code=50429"] })
      yield* run(Models.jimengVideo30Pro, { prompt: "a" })
      assert.include(events, "Repeating")
      assert.strictEqual(simulator.ledger().totals.accepted, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("is a second task where review stopped the first and the document says retry", () =>
    Effect.gen(function* () {
      for (const prompt of ["[[50511 once]]", "[[50511 once null]]"]) {
        const { run, simulator } = yield* simulated()
        const { tasks } = yield* run(Models.jimengVideo30Pro, { prompt })
        assert.strictEqual(tasks.length, 2)
        assert.strictEqual(simulator.ledger().totals.accepted, 2)
      }
    }).pipe(Effect.provide(transport)),
  )

  it.live("is one task where the document says do not retry, and none where it was refused", () =>
    Effect.gen(function* () {
      const { run, simulator } = yield* simulated()
      const failed = yield* Effect.flip(run(Models.jimengVideo30Pro, { prompt: "[[50512]]" }))
      assert.strictEqual(failed.reason._tag, "Moderated")
      assert.isDefined(failed.ref)
      assert.strictEqual(simulator.ledger().totals.accepted, 1)
      const refused = yield* Effect.flip(run(Models.jimengVideo30Pro, { prompt: "[[50412]]" }))
      assert.strictEqual(refused.reason._tag, "Moderated")
      assert.isUndefined(refused.ref)
      assert.strictEqual(simulator.ledger().totals.accepted, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("is shown to a person where the answer proves nothing", () =>
    Effect.gen(function* () {
      const { run, simulator } = yield* simulated()
      const error = yield* Effect.flip(
        run(Models.jimengVideo30Pro, { prompt: "[[state=expired]]" }),
      )
      assert.strictEqual(error.verdict, "ask")
      assert.strictEqual(simulator.ledger().totals.accepted, 1)
    }).pipe(Effect.provide(transport)),
  )
})

describe("a wait", () => {
  it.live("survives whatever befalls its polls", () =>
    Effect.gen(function* () {
      const { events, run, simulator } = yield* simulated({
        faults: [
          "poll:code=50429",
          "poll:500:body=gateway",
          "poll:503:body=html",
          "poll:reset-before",
          "poll:malformed",
        ],
      })
      yield* run(Models.jimengVideo30Pro, { prompt: "a" })
      assert.isAtLeast(events.filter((tag) => tag === "PollFailed").length, 3)
      assert.strictEqual(simulator.ledger().totals.accepted, 1)
    }).pipe(Effect.provide(transport)),
  )

  it.live("goes on elsewhere with nothing but the handle", () =>
    Effect.gen(function* () {
      const { address, model, provider, simulator } = yield* simulated()
      const prepared = yield* Task.prepare(provider, model(Models.lipSyncBasic), {
        url: address(".mp4"),
        pure_audio_url: address(".wav"),
        aigc_meta,
      })
      const { ref } = yield* Task.submit(provider, prepared)
      const handle = TaskRef.toHandle(ref)
      const [customer = assert.fail()] = simulator.accounts
      const elsewhere = yield* Provider.make({
        accessKeyId: customer.id,
        secretAccessKey: Redacted.make(customer.secret),
        baseUrl: simulator.url,
      })
      const { state } = yield* Task.wait(elsewhere, yield* TaskRef.fromHandle(handle), { poll })
      assert.strictEqual(state.outputs.length, 1)
      assert.strictEqual(state.facts?.["aigc_meta_tagged"], true)
    }).pipe(Effect.provide(transport)),
  )
})

describe("check against the simulator", () => {
  const rows: ReadonlyArray<
    readonly [string, Partial<SimulatorOptions>, Partial<Provider.Options>, string]
  > = [
    ["all well", {}, {}, "well"],
    ["a wrong key", {}, { accessKeyId: "AKLTnobody" }, "wrong-key"],
    ["a wrong secret", {}, { secretAccessKey: Redacted.make("wrong") }, "wrong-secret"],
    ["a clock an hour off", { skewSeconds: 3600 }, {}, "skewed-clock"],
    [
      "a wrong session token",
      { accounts: [{ id: "AKLTemporary", secret: "s", sessionToken: "right" }] },
      { sessionToken: Redacted.make("wrong") },
      "wrong-token",
    ],
    [
      "nothing activated",
      { accounts: [{ id: "AKLTnew", secret: "s", models: [] }] },
      {},
      "not-entitled",
    ],
    [
      "a key without a policy",
      { accounts: [{ id: "AKLTdenied", secret: "s", denied: true }] },
      {},
      "not-entitled",
    ],
  ]
  for (const [what, options, wrong, status] of rows) {
    it.live(`tells ${what}`, () =>
      Effect.gen(function* () {
        const { provider, simulator } = yield* simulated(options, wrong)
        const health = yield* provider.check
        assert.strictEqual(health.status, status, health.message)
        if (status === "skewed-clock") assert.closeTo(health.skewSeconds ?? 0, 3600, 5)
        assert.strictEqual(simulator.ledger().totals.accepted, 0)
      }).pipe(Effect.provide(transport)),
    )
  }
})

describe("the crop rule", () => {
  it("is read alike by adapter and simulator", () => {
    const side = fc.integer({ min: 320, max: 4096 })
    fc.assert(
      fc.property(side, side, (width, height) => {
        assert.strictEqual(Crop.cropOf({ width, height }).ratio, closestShape(width, height).ratio)
      }),
    )
  })
})
