import type { CancelOutcome } from "@zoetrope/core/Provider"
import { CancelRefused, NothingSent, Unavailable } from "@zoetrope/core/Reason"
import type { TaskError } from "@zoetrope/core/TaskError"
import { toHandle } from "@zoetrope/core/TaskRef"
import { Effect } from "effect"
import { beforeEach, describe, expect, it } from "vitest"
import { failure, fakeVendor, setFakeAccount } from "./fakeVendor.ts"
import { inProcess, said } from "./inProcess.ts"
import { ref } from "./samples.ts"
import { simulated, unwrapped, zoetrope as spawned } from "./support.ts"

const handle = toHandle(ref)

describe("cancel", () => {
  let answer: Effect.Effect<CancelOutcome, TaskError>
  const cancelled: Array<string> = []
  const able = fakeVendor({
    cancel: ({ taskId }) => {
      cancelled.push(taskId)
      return answer
    },
  })
  const zoetrope = inProcess([able])
  beforeEach(() => {
    cancelled.length = 0
    setFakeAccount()
  })

  it("exit 0: says what it costs, and for programs which task it was", async () => {
    answer = Effect.succeed({ message: "cancelled, and costs nothing", requestId: "r1" })
    expect(await zoetrope("cancel", handle)).toBe(0)
    expect(said.stdout).toBe("✓ cancelled, and costs nothing\n")
    said.stdout = ""
    expect(await zoetrope("cancel", handle, "--json")).toBe(0)
    expect(JSON.parse(said.stdout)).toEqual({
      status: "cancelled",
      message: "cancelled, and costs nothing",
      task: { id: ref.taskId, submittedAt: ref.submittedAt, handle },
      requestId: "r1",
    })
    expect(cancelled).toEqual([ref.taskId, ref.taskId])
  })

  it("exit 4: a provider that will not says why, and the task goes on", async () => {
    answer = Effect.fail(failure("cancel", new CancelRefused({ detail: "it is being made" })))
    expect(await zoetrope("cancel", handle, "--json")).toBe(4)
    expect(JSON.parse(said.stdout)).toMatchObject({
      error: {
        exitCode: 4,
        kind: "CancelRefused",
        message: expect.stringMatching(/did not cancel the task: it is being made/),
        next: [
          "it costs what it would have cost; to see how it stands, and to keep its video",
          expect.stringContaining(`zoetrope wait ${handle}`),
        ],
        handle,
      },
    })
  })

  it("exit 4: a lost answer proves nothing, and waiting shows what happened", async () => {
    answer = Effect.fail(failure("cancel", new Unavailable({ detail: "reset" })))
    expect(await zoetrope("cancel", handle)).toBe(4)
    expect(unwrapped(said.stderr)).toContain("may have cancelled the task all the same")
    expect(said.stderr).toContain(`zoetrope wait ${handle}`)
  })

  it("exit 4: what was not sent changed nothing", async () => {
    answer = Effect.fail(failure("cancel", new NothingSent({ detail: "ECONNREFUSED" })))
    expect(await zoetrope("cancel", handle)).toBe(4)
    expect(said.stderr).not.toContain("all the same")
    expect(said.stderr).toContain(`zoetrope wait ${handle}`)
  })

  it("exit 2: another account's task is not asked about", async () => {
    const foreign = toHandle({ ...ref, key: "ffffffffffff" })
    expect(await zoetrope("cancel", foreign)).toBe(2)
    expect(said.stderr).toContain(`zoetrope cancel --adopt ${foreign}`)
    expect(await zoetrope("cancel", "zt1.broken")).toBe(2)
    expect(cancelled).toEqual([])
    answer = Effect.succeed({ message: "cancelled" })
    expect(await zoetrope("cancel", foreign, "--adopt")).toBe(0)
  })
})

describe("cancel, of a provider that cannot", () => {
  const zoetrope = inProcess([fakeVendor({})])
  beforeEach(setFakeAccount)

  it("exit 4: says so in plain words", async () => {
    expect(await zoetrope("cancel", handle)).toBe(4)
    expect(unwrapped(said.stderr)).toContain(
      "did not cancel the task: Fake has no call that cancels a task.",
    )
  })
})

it("cancel takes a waiting task back from the service, and wait then says so", async () => {
  const { simulator, ...place } = await simulated({ pace: { "*": { queuedSeconds: 1e6 } } })
  const image = `${simulator.url}/inputs/sample.jpg`
  const sent = await spawned(place, ["generate", "vidu/img2video", "--image", image, "--detach"])
  expect(sent.code).toBe(0)
  const end = await spawned(place, ["cancel", "-"], { stdin: sent.stdout })
  expect(end).toMatchObject({ code: 0, stderr: "" })
  expect(unwrapped(end.stdout)).toMatch(/cancelled.*costs no credits/)
  const { tasks, totals } = simulator.ledger()
  expect(totals).toMatchObject({ accepted: 1, failed: 1, credits: 0 })
  expect(tasks[0]).toMatchObject({ code: "UserCancelled" })
  const waited = await spawned(place, ["wait", "-"], { stdin: sent.stdout })
  expect(waited.code).toBe(6)
  expect(waited.stderr).toContain("cancelled")
})
