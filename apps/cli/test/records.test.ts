import { existsSync } from "node:fs"
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import stringWidth from "string-width"
import { describe, expect, it, vi } from "vitest"
import { durable, jsonLines, pro, vidu } from "./durable.ts"
import { dataOf, film, handleIn, idIn, unwrapped } from "./support.ts"

const { simulate, zoetrope } = durable()
const detached = ["generate", pro, "--detach", "--prompt"]

const stateOf = async (id: string): Promise<unknown> =>
  (JSON.parse((await zoetrope("show", id, "--json")).stdout) as { readonly state: unknown }).state

describe("list", () => {
  it("shows what is recorded, newest first, by state and model, page by page", async () => {
    const { simulator } = await simulate({ speed: 1, faults: ["submit:lost-answer:skip=1"] })
    const image = `${simulator.url}/inputs/sample.jpg`
    const first = idIn((await zoetrope("generate", vidu, "--image", image, "--detach")).stdout)
    const lost = idIn((await zoetrope(...detached, "lost")).stderr)
    const last = idIn((await zoetrope(...detached, "in line")).stdout)
    const listed = async (...args: ReadonlyArray<string>) =>
      jsonLines((await zoetrope("list", "--json", ...args)).stdout).map(({ id }) => id)
    expect(await listed()).toEqual([last, lost, first])
    expect(await listed("--state", "undecided")).toEqual([lost])
    expect(await listed("--state", "undecided", "--state", "queued")).toEqual([last, lost])
    expect(await listed("--model", "jimeng_ti2v_v30_pro")).toEqual([last, lost])
    expect(await listed("--limit", "2")).toEqual([last, lost])
    expect(await listed("--limit", "2", "--after", lost)).toEqual([first])
    expect((await zoetrope("list", "--model", "kite")).code).toBe(2)

    const [row] = jsonLines((await zoetrope("list", "--json", "--state", "undecided")).stdout)
    expect(row).toMatchObject({
      state: "undecided",
      model: pro,
      provider: "volc-cv",
      account: "default",
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      error: { kind: "OutcomeUnknown", message: expect.stringContaining("may be billed") },
    })
    const table = await zoetrope("list")
    expect(table.stdout).toMatch(new RegExp(`${lost} +undecided`))
    for (const line of table.stdout.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  })

  it("makes no directory where nothing was ever recorded", async () => {
    const { place } = await simulate()
    const ends = [await zoetrope("list"), await zoetrope("stats")]
    for (const end of ends) {
      expect(end).toMatchObject({ code: 0, stdout: "" })
      expect(end.stderr).toContain("nothing was ever recorded")
    }
    expect((await zoetrope("show", "k3x9")).code).toBe(2)
    expect(existsSync(dataOf(place))).toBe(false)
  })
})

describe("show", () => {
  it("tells tasks with their cost, files, and what happened when", async () => {
    const { simulator } = await simulate()
    const id = idIn((await zoetrope("generate", pro, "--prompt", "a [[50511 once]]")).stderr)
    const tasks = simulator.ledger().tasks.map((task) => task.id)
    const json = JSON.parse((await zoetrope("show", id, "--json")).stdout) as {
      readonly artifacts: ReadonlyArray<{ readonly path: string }>
      readonly events: ReadonlyArray<{ readonly kind: string }>
    }
    expect(json).toMatchObject({
      id,
      state: "done",
      input: { prompt: "a [[50511 once]]" },
      tasks: [
        { number: 1, state: "failed", id: tasks[0] },
        { number: 2, state: "succeeded", id: tasks[1], cost: "paid" },
      ],
      artifacts: [{ kind: "video", sha256: film.sha256 }],
    })
    expect(existsSync(json.artifacts[0]!.path)).toBe(true)
    expect(json.events.map(({ kind }) => kind)).toEqual([
      "accepted",
      "submitting",
      "submitted",
      "remaking",
      "submitting",
      "submitted",
      "fetching",
      "done",
    ])
    const text = await zoetrope("show", id.slice(0, 5))
    expect(text.stdout).toContain(`${id}  done`)
    expect(text.stdout).toContain(json.artifacts[0]!.path)
    expect(handleIn(text.stdout)).toMatch(/^zt1\./)
  })

  it("leaves out the query of an address that was given, which may be a signature", async () => {
    const { simulator } = await simulate({ speed: 1 })
    const image = `${simulator.url}/inputs/sample.jpg?X-Signature=hidden`
    const id = idIn((await zoetrope("generate", vidu, "--image", image, "--detach")).stdout)
    const ends = [await zoetrope("show", id), await zoetrope("show", id, "--json")]
    for (const { stdout } of ends) {
      expect(stdout).toContain("/inputs/sample.jpg?…")
      expect(stdout).not.toContain("hidden")
    }
  })

  it("of an undecided one tells when it was sent, and the ways to settle it", async () => {
    await simulate({ faults: ["submit:lost-answer"] })
    const id = idIn((await zoetrope(...detached, "lost")).stderr)
    const { stdout } = await zoetrope("show", id)
    expect(unwrapped(stdout)).toContain("may exist and may be paid")
    expect(stdout).toMatch(/1 {2}undecided · no task known · sent \d{4}-/)
    expect(stdout).toContain(`settle ${id} --give-up`)
  })
})

describe("settle", () => {
  const lose = async () => {
    const { simulator } = await simulate({ faults: ["submit:lost-answer"] })
    return { simulator, id: idIn((await zoetrope(...detached, "lost")).stderr) }
  }

  it("--give-up ends it, and what comes after it in line goes on", async () => {
    const { id, simulator } = await lose()
    const end = await zoetrope("settle", id, "--give-up", "--json")
    expect(JSON.parse(end.stdout)).toEqual({ id, state: "failed" })
    const waited = await zoetrope("wait", id, "--json")
    expect(waited.code).toBe(6)
    expect(JSON.parse(waited.stdout)).toMatchObject({
      error: { kind: "GivenUp", message: expect.stringContaining("may be paid") },
    })
    expect((await zoetrope("generate", pro, "--prompt", "next")).code).toBe(0)
    expect(simulator.ledger().totals.accepted).toBe(2)
  })

  it("--again makes it again, once", async () => {
    const { id, simulator } = await lose()
    const end = await zoetrope("settle", id, "--again")
    expect(end.code).toBe(0)
    expect(end.stderr).toContain(`wait ${id}`)
    expect(simulator.ledger().totals.accepted).toBe(1)
    expect((await zoetrope("wait", id)).code).toBe(0)
    expect(simulator.ledger().totals.accepted).toBe(2)
    // It is not undecided any more.
    expect((await zoetrope("settle", id, "--again")).code).toBe(2)
  })

  it("--found goes on with the task that a person has found", async () => {
    const { id, simulator } = await lose()
    const [task] = simulator.ledger().tasks
    const sent = await zoetrope(...detached, "other", "--data-dir", "another", "--json")
    const other = JSON.parse(
      Buffer.from(handleIn(sent.stdout).slice("zt1.".length), "base64url").toString(),
    ) as object
    await writeFile("found.json", JSON.stringify({ ...other, taskId: task!.id }))
    expect((await zoetrope("settle", id, "--found", "@found.json")).code).toBe(0)
    const end = await zoetrope("wait", id, "--json")
    expect(end.code).toBe(0)
    expect(JSON.parse(end.stdout)).toMatchObject({ id, task: { id: task!.id } })
  })

  it("exit 2 for none of the ways, several, a task id, or what is not undecided", async () => {
    const { id } = await lose()
    expect((await zoetrope("settle", id)).code).toBe(2)
    expect((await zoetrope("settle", id, "--again", "--give-up")).code).toBe(2)
    expect((await zoetrope("settle", id, "--found", "7421173227934471441")).code).toBe(2)
    expect(await stateOf(id)).toBe("undecided")
  })
})

describe("cancel", () => {
  it("of what is not sent costs nothing and asks nobody", async () => {
    const { simulator } = await simulate({ speed: 1 })
    await zoetrope(...detached, "first")
    const id = idIn((await zoetrope(...detached, "in line")).stdout)
    const end = await zoetrope("cancel", id, "--json")
    expect(end.code).toBe(0)
    expect(JSON.parse(end.stdout)).toMatchObject({ id, status: "cancelled" })
    expect(await stateOf(id)).toBe("cancelled")
    const waited = await zoetrope("wait", id)
    expect(waited.code).toBe(6)
    expect(unwrapped(waited.stderr)).toContain("nothing was paid")
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("of a task that waits at a provider that can: taken back, by id or by handle", async () => {
    const { simulator } = await simulate({ pace: { "*": { queuedSeconds: 1e6 } } })
    const image = `${simulator.url}/inputs/sample.jpg`
    const args = ["generate", vidu, "--image", image, "--detach", "--json"]
    const one = await zoetrope(...args)
    const two = await zoetrope(...args)
    const byId = await zoetrope("cancel", idIn(one.stdout))
    expect(byId.code).toBe(0)
    expect(unwrapped(byId.stdout)).toMatch(/cancelled.*costs no credits/)
    const byHandle = await zoetrope("cancel", handleIn(two.stdout), "--json")
    expect(JSON.parse(byHandle.stdout)).toMatchObject({
      id: idIn(two.stdout),
      status: "cancelled",
      task: { handle: handleIn(two.stdout) },
    })
    expect(await stateOf(idIn(two.stdout))).toBe("cancelled")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, failed: 2, credits: 0 })
  })

  it("exit 4 where the provider cannot: the task goes on, and wait keeps its video", async () => {
    const { simulator } = await simulate({ speed: 1 })
    const id = idIn((await zoetrope(...detached, "a kite")).stdout)
    const end = await zoetrope("cancel", id, "--json")
    expect(end.code).toBe(4)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        exitCode: 4,
        kind: "CancelRefused",
        message: expect.stringContaining("no way to cancel"),
        next: [expect.any(String), expect.stringContaining(`wait ${id}`)],
        id,
        handle: expect.stringMatching(/^zt1\./),
      },
    })
    simulator.clock.advance(600)
    expect((await zoetrope("wait", id)).code).toBe(0)
  })

  it("several at once: the exit code is the worst, and each is told", async () => {
    await simulate({ speed: 1, limits: { "*": { inFlight: 2 } } })
    const running = idIn((await zoetrope(...detached, "first")).stdout)
    const queued = idIn((await zoetrope(...detached, "in line")).stdout)
    const elsewhere = ["--json", "--data-dir", "another-machine"]
    const sent = await zoetrope(...detached, "not recorded here", ...elsewhere)
    const handle = handleIn(sent.stdout)
    const end = await zoetrope("cancel", running, queued, handle, "zzzz", "--json")
    expect(end.code).toBe(4)
    expect(jsonLines(end.stdout)).toMatchObject([
      { error: { exitCode: 4, id: running } },
      { id: queued, status: "cancelled" },
      { error: { exitCode: 4, kind: "CancelRefused", handle } },
      { error: { exitCode: 2, kind: "UnknownGeneration" } },
    ])
    expect((await zoetrope("cancel", queued)).code).toBe(0)
  })

  it("exit 5 for what is undecided, exit 2 for what has ended", async () => {
    await simulate({ faults: ["submit:lost-answer"] })
    const id = idIn((await zoetrope(...detached, "lost")).stderr)
    expect((await zoetrope("cancel", id)).code).toBe(5)
    await zoetrope("settle", id, "--give-up")
    const ended = await zoetrope("cancel", id)
    expect(ended.code).toBe(2)
    expect(ended.stderr).toContain("it has ended already")
  })
})

describe("rm", () => {
  it("forgets what has ended with its file, and refuses what has not", async () => {
    const { place } = await simulate({ speed: 500 })
    const done = idIn((await zoetrope("generate", pro, "--prompt", "a kite")).stderr)
    const running = idIn((await zoetrope(...detached, "another")).stdout)
    const artifacts = `${dataOf(place)}/artifacts`
    const end = await zoetrope("rm", done, running, "--json")
    expect(end.code).toBe(2)
    expect(jsonLines(end.stdout)).toMatchObject([
      { id: done, status: "removed" },
      { error: { kind: "NotNow" } },
    ])
    expect((await zoetrope("show", done)).code).toBe(2)
    expect(await stateOf(running)).not.toBe("done")
    // A copy elsewhere is not ours to remove.
    expect((await readdir(place.directory)).some((name) => name.endsWith(".mp4"))).toBe(true)
    expect(existsSync(artifacts)).toBe(true)
  })
})

describe("stats", () => {
  it("counts states, submits, tasks and bytes, and tells how long tasks took", async () => {
    await simulate()
    await zoetrope("generate", pro, "--prompt", "a kite")
    await zoetrope("generate", pro, "--prompt", "no [[50412]]")
    const figures: unknown = JSON.parse((await zoetrope("stats", "--json")).stdout)
    expect(figures).toMatchObject({
      states: { done: 1, failed: 1 },
      submits: 2,
      tasks: 1,
      artifacts: { files: 1, bytes: film.bytes.length },
      durations: [{ model: pro, tasks: 1, median: expect.any(Number) }],
    })
    const text = await zoetrope("stats")
    expect(text.stdout).toMatch(/submits +2 sent, 1 of them became a task/)
  })
})

describe("a data directory", () => {
  it("that is named stands in every command that is shown", async () => {
    await simulate({ speed: 1 })
    const args = ["--data-dir", "my data", "--deadline", "700ms"]
    const end = await zoetrope("generate", pro, "--prompt", "a kite", ...args)
    expect(end.code).toBe(4)
    expect(end.stderr).toContain(`wait ${idIn(end.stderr)} --data-dir 'my data'`)
    vi.stubEnv("ZOETROPE_DATA_DIR", "my data")
    expect(jsonLines((await zoetrope("list", "--json")).stdout)).toHaveLength(1)
  })

  it("exit 2 where it cannot be used: it is left as it is, and nothing is sent", async () => {
    const { simulator } = await simulate()
    const text = "this is a text, and no database at all\n".repeat(50)
    await mkdir("data")
    await writeFile("data/zoetrope.db", text)
    const args = ["generate", pro, "--prompt", "a kite", "--data-dir"]
    const ends = [await zoetrope(...args, "data"), await zoetrope(...args, "data/zoetrope.db")]
    for (const end of ends) {
      expect(end.code).toBe(2)
      const said = unwrapped(end.stderr)
      expect(said).toMatch(/\/data\S* cannot be .*Nothing was sent and nothing was paid/)
      expect(said).toContain("--data-dir or ZOETROPE_DATA_DIR")
    }
    expect((await zoetrope("wait", "--data-dir", "data")).code).toBe(2)
    expect(await readFile("data/zoetrope.db", "utf8")).toBe(text)
    expect(await readdir("data")).toEqual(["zoetrope.db"])
    expect(simulator.ledger().totals.accepted).toBe(0)
  })
})
