import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { durable, jsonLines, pro, proKey, vidu } from "./durable.ts"
import { dataOf, film, handleIn, idIn, unwrapped } from "./support.ts"

const driving = "volc-cv/single-image-driving"
const { simulate, zoetrope } = durable()

describe("generate", () => {
  it("keeps the video, copies it and prints the path of the copy alone on stdout", async () => {
    const { place, simulator } = await simulate()
    const end = await zoetrope("generate", pro, "--prompt", "a kite", "--out", "kite.mp4")
    expect(end).toMatchObject({ code: 0, stdout: `${join(place.directory, "kite.mp4")}\n` })
    expect(await readFile("kite.mp4")).toEqual(film.bytes)
    const id = idIn(end.stderr)
    expect(end.stderr).toContain(`zoetrope wait ${id}`)
    const { totals } = simulator.ledger()
    expect(totals).toMatchObject({ accepted: 1, downloads: 1, succeeded: 1 })
    // Nobody else may look into what holds links and prompts.
    expect((await stat(dataOf(place))).mode & 0o777).toBe(0o700)
  })

  it("keeps the marked video where a watermark was asked for", async () => {
    const marked = { ...film, bytes: Buffer.concat([film.bytes, Buffer.from("marked")]) }
    const { simulator } = await simulate({
      renderer: {
        render: (request) =>
          Promise.resolve("mark" in request && request.mark !== undefined ? marked : film),
      },
    })
    const image = `${simulator.url}/inputs/sample.jpg`
    const args = ["--image", image, "--watermark", "--out", "marked.mp4"]
    expect((await zoetrope("generate", vidu, ...args)).code).toBe(0)
    expect(await readFile("marked.mp4")).toEqual(marked.bytes)
  })

  it("reads fields from a file, lets flags override them, and answers in JSON", async () => {
    const { place, simulator } = await simulate()
    await writeFile(
      "fields.json",
      JSON.stringify({ prompt: "a kite", frames: 121, aspect_ratio: "9:16" }),
    )
    const args = ["--input", "fields.json", "--frames", "241", "--json"]
    const end = await zoetrope("generate", proKey, ...args)
    expect(end.code).toBe(0)
    const [task] = simulator.ledger().tasks
    const result = JSON.parse(end.stdout) as { readonly id: string; readonly path: string }
    expect(result).toMatchObject({
      id: idIn(end.stderr),
      status: "done",
      bytes: film.bytes.length,
      sha256: film.sha256,
      model: pro,
      account: "default",
      task: { id: task!.id, handle: handleIn(end.stdout) },
      tasks: [{ id: task!.id }],
      video: { width: 480, height: 270, seconds: 3, codec: "avc" },
      warnings: [],
    })
    // By its name, the file leads to `zoetrope show`.
    const name = new RegExp(`/jimeng-video-3\\.0-pro-\\d{8}-\\d{6}-${result.id.slice(0, 4)}\\.mp4$`)
    expect(result.path).toMatch(name)
    expect(result.path.startsWith(place.directory)).toBe(true)
    expect(task!.seconds).toBe(10)
  })

  it("reads a local picture, and refuses one that cannot be sent", async () => {
    const { simulator } = await simulate()
    const sample = await fetch(`${simulator.url}/inputs/sample.jpg`)
    await writeFile("me.jpg", new Uint8Array(await sample.arrayBuffer()))
    const good = await zoetrope("generate", pro, "--image", "me.jpg", "--prompt", "go")
    expect(good.code).toBe(0)
    await writeFile("notes.txt", "no picture")
    const bad = await zoetrope("generate", pro, "--image", "notes.txt", "--prompt", "go")
    expect(bad.code).toBe(2)
    expect(bad.stderr).toMatch(/image/)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("exit 2: bad input names every field; nothing is sent and nothing is recorded", async () => {
    const { place, simulator } = await simulate()
    const args = ["--image-url", "me.jpg", "--video-url", "dance.mp4", "--json", "--out", "clips/"]
    const end = await zoetrope("generate", driving, ...args)
    expect(end.code).toBe(2)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        exitCode: 2,
        kind: "InvalidInput",
        message: expect.stringMatching(/image_url: .*\n.*video_url: /),
      },
    })
    expect(end.stdout).toContain("cannot reach this machine's disk")
    const { refused, totals } = simulator.ledger()
    expect([totals.accepted, refused]).toEqual([0, []])
    expect(await readdir(place.directory)).toEqual([])
  })

  it("exit 2: a place that cannot be written is found out before anything is paid", async () => {
    const { simulator } = await simulate()
    await writeFile("file", "")
    const args = ["generate", pro, "--prompt", "a kite", "--out"]
    const ends = [
      await zoetrope(...args, "file/clips/"),
      await zoetrope(...args, "no-such-directory/kite.mp4"),
      await zoetrope(...args, ""),
    ]
    for (const end of ends) {
      expect(end.code).toBe(2)
      expect(end.stderr).toContain("--out: ")
    }
    expect(simulator.ledger().totals.accepted).toBe(0)
  })

  it("exit 2: a file that exists is not overwritten, which is found out before anything is paid", async () => {
    const { simulator } = await simulate()
    await writeFile("kite.mp4", "mine")
    const end = await zoetrope("generate", pro, "--prompt", "a kite", "--out", "kite.mp4")
    expect(end.code).toBe(2)
    expect(end.stderr).toContain("exists already")
    expect(await readFile("kite.mp4", "utf8")).toBe("mine")
    expect(simulator.ledger().totals.accepted).toBe(0)
  })

  it("exit 3: a refusal says its code and request id, and that nothing was paid", async () => {
    const { simulator } = await simulate()
    const end = await zoetrope("generate", pro, "--prompt", "no [[50412]]", "--json")
    expect(end.code).toBe(3)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        exitCode: 3,
        kind: "Moderated",
        code: "50412",
        requestId: expect.stringMatching(/^\w{20,}$/),
        message: expect.stringContaining("nothing was paid"),
        id: idIn(end.stderr),
      },
    })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 1 })
  })

  it("exit 4: a deadline names what goes on, and wait finishes it", async () => {
    const { simulator } = await simulate({ speed: 1 })
    const first = await zoetrope("generate", pro, "--prompt", "slow", "--deadline", "900ms")
    expect(first.code).toBe(4)
    expect(first.stdout).toBe("")
    const id = idIn(first.stderr)
    expect(first.stderr).toMatch(new RegExp(`Next\\n {2}.*zoetrope wait ${id}`))
    simulator.clock.advance(600)
    const second = await zoetrope("wait", id, "--json")
    expect(second.code).toBe(0)
    expect(JSON.parse(second.stdout)).toMatchObject({ id, status: "done", sha256: film.sha256 })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("exit 5: a lost answer is undecided, is never sent again, and can be settled three ways", async () => {
    const { simulator } = await simulate({ faults: ["submit:lost-answer"] })
    const end = await zoetrope("generate", pro, "--prompt", "lost")
    expect(end.code).toBe(5)
    expect(unwrapped(end.stderr)).toContain("may be billed")
    const id = idIn(end.stderr)
    for (const way of ["--found HANDLE", "--give-up", "--again"]) {
      expect(end.stderr).toContain(`zoetrope settle ${id} ${way}`)
    }
    // Asking again changes nothing.
    expect((await zoetrope("wait", id)).code).toBe(5)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, answersLost: 1, polls: 0 })
  })

  it("looks for the task of a lost answer where the provider can be searched", async () => {
    const { simulator } = await simulate({ faults: ["submit:lost-answer:model=viduq3-turbo"] })
    const image = `${simulator.url}/inputs/sample.jpg`
    const end = await zoetrope("generate", vidu, "--image", image)
    expect(end.code).toBe(0)
    expect(end.stderr).toContain("looking for the task by its mark")
    expect(end.stderr).toContain(`found as task ${simulator.ledger().tasks[0]!.id}`)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, answersLost: 1 })
  })

  it("exit 6: a task that failed for good is not made again", async () => {
    const { simulator } = await simulate()
    const end = await zoetrope("generate", pro, "--prompt", "bad [[50520]]", "--json")
    expect(end.code).toBe(6)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: { exitCode: 6, code: "50520", task: { id: simulator.ledger().tasks[0]!.id } },
    })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("makes a task again only where the document says so, and only within the budget", async () => {
    const { simulator } = await simulate()
    const once = await zoetrope("generate", pro, "--prompt", "once [[50511 once]]")
    expect(once.code).toBe(0)
    expect(unwrapped(once.stderr)).toContain("its task failed and is made again")
    expect(once.stderr).toContain("2 tasks made")
    expect(simulator.ledger().totals.accepted).toBe(2)
    const none = await zoetrope("generate", pro, "--prompt", "never [[50511]]", "--remakes", "0")
    expect(none.code).toBe(6)
    expect(simulator.ledger().totals.accepted).toBe(3)
  })

  it("a failed task that is refused when made again has ended without a video", async () => {
    const { simulator } = await simulate({ faults: ["submit:code=50412:skip=1"] })
    const end = await zoetrope("generate", pro, "--prompt", "[[50511 once]]", "--json")
    expect(end.code).toBe(6)
    const [task] = simulator.ledger().tasks
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        code: "50412",
        message: expect.stringContaining(
          `No further task was made; the task ${task!.id} before it`,
        ),
        task: { id: task!.id },
      },
    })
  })

  it("survives an outage of the status endpoint, and says so once", async () => {
    const { simulator } = await simulate({ faults: ["poll:503:n=3"] })
    const end = await zoetrope("generate", pro, "--prompt", "outage")
    expect(end.code).toBe(0)
    expect(end.stderr.match(/the poll brought no answer/g)).toHaveLength(1)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, succeeded: 1 })
  })

  it("a link that is dead is renewed by asking again", async () => {
    const { simulator } = await simulate({ faults: ["download:dead-link"] })
    const end = await zoetrope("generate", pro, "--prompt", "dead", "--deadline", "50s")
    expect(end.code).toBe(0)
    expect(unwrapped(end.stderr)).toMatch(/the link is dead/)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, downloads: 1 })
  })
})

describe("generate --n", () => {
  it("makes several videos of one input, with a line and a path for each", async () => {
    const { simulator } = await simulate()
    const end = await zoetrope("generate", pro, "--prompt", "a kite", "--n", "3", "--out", "clips/")
    expect(end.code).toBe(0)
    const paths = end.stdout.trim().split("\n")
    expect(new Set(paths).size).toBe(3)
    expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual(
      Array.from({ length: 3 }, () => film.bytes),
    )
    expect(end.stderr).toMatch(/✓ 2\/3 \w{12}: kept/)
    expect(end.stderr).toContain("✓ 3 done")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 3, succeeded: 3 })
  })

  it("ends with the exit code of the worst, and names what is not done", async () => {
    const { simulator } = await simulate({ faults: ["submit:lost-answer:skip=1"] })
    const end = await zoetrope("generate", pro, "--prompt", "a kite", "--n", "2", "--json")
    expect(end.code).toBe(5)
    const lines = jsonLines(end.stdout)
    expect(lines).toHaveLength(2)
    expect(lines.find((line) => "error" in line)).toMatchObject({
      error: { exitCode: 5, kind: "OutcomeUnknown", id: expect.any(String) },
    })
    expect(lines.find((line) => "status" in line)).toMatchObject({ status: "done" })
    expect(simulator.ledger().totals.accepted).toBe(2)
  })

  it.each([
    ["--n 0"],
    ["--n 51"],
    ["--n 2 --out kite.mp4"],
    ["--n 2 --idempotency-key k"],
    ["--n 2 --batch rows.csv"],
  ])("exit 2 for what cannot be meant: %s", async (flags) => {
    const { simulator } = await simulate()
    const args = ["--prompt", "a kite", ...flags.split(" ")]
    expect((await zoetrope("generate", pro, ...args)).code).toBe(2)
    expect(simulator.ledger().totals.accepted).toBe(0)
  })
})

describe("generate --idempotency-key", () => {
  it("the same key and input: the same generation, and nothing is paid twice", async () => {
    const { simulator } = await simulate()
    const args = ["generate", pro, "--prompt", "a kite", "--idempotency-key", "scene 1"]
    const first = await zoetrope(...args)
    const again = await zoetrope(...args)
    expect([first.code, again.code]).toEqual([0, 0])
    expect(again.stdout).toBe(first.stdout)
    expect(unwrapped(again.stderr)).toContain("nothing new is paid")
    expect(idIn(again.stderr)).toBe(idIn(first.stderr))
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("the same key for something else: exit 2, and nothing is sent", async () => {
    const { simulator } = await simulate()
    const key = ["--idempotency-key", "scene 1"]
    const first = await zoetrope("generate", pro, "--prompt", "a kite", ...key)
    const other = await zoetrope("generate", pro, "--prompt", "a boat", ...key)
    expect(other.code).toBe(2)
    expect(unwrapped(other.stderr)).toContain(
      `✗ --idempotency-key "scene 1" belongs to generation ${idIn(first.stderr)}`,
    )
    expect(unwrapped(other.stderr)).toContain("nothing was paid")
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe("generate --detach", () => {
  it("prints the id alone once the task is accepted, and wait goes on with it", async () => {
    const { simulator } = await simulate()
    const sent = await zoetrope("generate", pro, "--prompt", "detached", "--detach")
    expect(sent.code).toBe(0)
    const id = idIn(sent.stdout)
    expect(sent.stdout).toBe(`${id}\n`)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, downloads: 0 })
    await writeFile("clip.id", sent.stdout)
    expect((await zoetrope("wait", "@clip.id", "--out", "one.mp4")).code).toBe(0)
    expect((await zoetrope("wait", id.slice(0, 6), "--out", "clips/")).code).toBe(0)
    expect(await readFile("one.mp4")).toEqual(film.bytes)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, downloads: 1 })
  })

  it("with --json tells the handle, by which any other machine goes on", async () => {
    const { simulator } = await simulate()
    const sent = await zoetrope("generate", pro, "--prompt", "detached", "--detach", "--json")
    expect(JSON.parse(sent.stdout)).toMatchObject({
      id: idIn(sent.stdout),
      status: "submitted",
      handle: handleIn(sent.stdout),
      task: { id: simulator.ledger().tasks[0]!.id },
    })
    const other = await zoetrope("wait", handleIn(sent.stdout), "--data-dir", "elsewhere", "--json")
    expect(other.code).toBe(0)
    expect(JSON.parse(other.stdout)).toMatchObject({ status: "done", sha256: film.sha256 })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("returns with those that wait in line behind the account's limit, and says so", async () => {
    const { simulator } = await simulate({ speed: 1 })
    const began = performance.now()
    const args = ["--prompt", "a kite", "--n", "3", "--detach", "--json"]
    const sent = await zoetrope("generate", pro, ...args)
    expect(sent.code).toBe(0)
    expect(performance.now() - began).toBeLessThan(9000)
    const states = jsonLines(sent.stdout).map(({ status }) => status)
    expect(states).toEqual(["submitted", "queued", "queued"])
    expect(unwrapped(sent.stderr)).toContain("2 of 3 are recorded and not sent yet")
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("drives nothing else", async () => {
    const { simulator } = await simulate({ speed: 1 })
    await zoetrope("generate", pro, "--prompt", "a kite", "--detach")
    simulator.clock.advance(600)
    const image = `${simulator.url}/inputs/sample.jpg`
    expect((await zoetrope("generate", vidu, "--image", image, "--detach")).code).toBe(0)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, downloads: 0, polls: 0 })
  })

  it("exit 3 where the provider refuses, exit 5 where its answer is lost", async () => {
    await simulate({ faults: ["submit:lost-answer:skip=1"] })
    const args = ["generate", pro, "--detach", "--json", "--prompt"]
    const refused = await zoetrope(...args, "no [[50412]]")
    expect(refused.code).toBe(3)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "50412" } })
    const lost = await zoetrope(...args, "lost")
    expect(lost.code).toBe(5)
    expect(JSON.parse(lost.stdout)).toMatchObject({ error: { kind: "OutcomeUnknown" } })
    // It may hold the account's only place: the next one waits behind it.
    const next = await zoetrope(...args, "next")
    expect(next.code).toBe(0)
    expect(JSON.parse(next.stdout)).toMatchObject({ status: "queued" })
  })
})
