import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { type AddressInfo, createServer } from "node:net"
import { readdir, readFile, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { promisify } from "node:util"
import { cleanups, film, handleIn, main, simulated, start, unwrapped, zoetrope } from "./support.ts"

const pro = "volc-cv/jimeng-video-3.0-pro"
const proKey = "jimeng_ti2v_v30_pro"
const vidu = "vidu/img2video"
const driving = "volc-cv/single-image-driving"

describe.concurrent("generate", () => {
  it("keeps the video and prints its path alone on stdout", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(place, ["generate", pro, "--prompt", "a kite", "--out", "kite.mp4"])
    expect(end).toMatchObject({ code: 0, stdout: `${join(place.directory, "kite.mp4")}\n` })
    expect(await readFile(join(place.directory, "kite.mp4"))).toEqual(film.bytes)
    handleIn(end.stderr)
    const { totals } = simulator.ledger()
    expect(totals).toMatchObject({ accepted: 1, downloads: 1, succeeded: 1 })
  })

  it("keeps the marked video where a watermark was asked for", async () => {
    const marked = { ...film, bytes: Buffer.concat([film.bytes, Buffer.from("marked")]) }
    const { simulator, ...place } = await simulated({
      renderer: {
        render: (request) =>
          Promise.resolve("mark" in request && request.mark !== undefined ? marked : film),
      },
    })
    const image = `${simulator.url}/inputs/sample.jpg`
    const args = ["generate", vidu, "--image", image, "--watermark", "--out", "marked.mp4"]
    expect((await zoetrope(place, args)).code).toBe(0)
    expect(await readFile(join(place.directory, "marked.mp4"))).toEqual(marked.bytes)
  })

  it("reads fields from stdin, lets flags override them, and answers in JSON", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(
      place,
      ["generate", "--json", proKey, "--input", "-", "--frames", "241"],
      {
        stdin: JSON.stringify({ prompt: "a kite", frames: 121, aspect_ratio: "9:16" }),
      },
    )
    expect(end.code).toBe(0)
    const [task] = simulator.ledger().tasks
    const result: unknown = JSON.parse(end.stdout)
    expect(result).toMatchObject({
      status: "done",
      path: join(place.directory, `jimeng-video-3.0-pro-${task!.id}.mp4`),
      bytes: film.bytes.length,
      sha256: film.sha256,
      model: pro,
      account: "default",
      task: { id: task!.id, handle: handleIn(end.stdout) },
      tasks: [{ id: task!.id }],
      warnings: [],
    })
    expect(task!.seconds).toBe(10)
  })

  it("reads a local picture, and refuses one that cannot be sent", async () => {
    const { simulator, ...place } = await simulated()
    const sample = await fetch(`${simulator.url}/inputs/sample.jpg`)
    await writeFile(join(place.directory, "me.jpg"), new Uint8Array(await sample.arrayBuffer()))
    const good = await zoetrope(place, ["generate", pro, "--image", "me.jpg", "--prompt", "go"])
    expect(good.code).toBe(0)
    await writeFile(join(place.directory, "notes.txt"), "no picture")
    const bad = await zoetrope(place, ["generate", pro, "--image", "notes.txt", "--prompt", "go"])
    expect(bad.code).toBe(2)
    expect(bad.stderr).toMatch(/image/)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("exit 2: bad input names every field, and nothing is sent", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(place, [
      "generate",
      driving,
      "--image-url",
      "me.jpg",
      "--video-url",
      "dance.mp4",
      "--json",
    ])
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
  })

  it("exit 2: a file that exists is not overwritten, which is found out before anything is paid", async () => {
    const { simulator, ...place } = await simulated()
    await writeFile(join(place.directory, "kite.mp4"), "mine")
    const end = await zoetrope(place, ["generate", pro, "--prompt", "a kite", "--out", "kite.mp4"])
    expect(end.code).toBe(2)
    expect(end.stderr).toContain("exists already")
    expect(await readFile(join(place.directory, "kite.mp4"), "utf8")).toBe("mine")
    expect(simulator.ledger().totals.accepted).toBe(0)
  })

  it("exit 3: a refusal says its code and request id, and that nothing was paid", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(place, ["generate", pro, "--prompt", "no [[50412]]", "--json"])
    expect(end.code).toBe(3)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        exitCode: 3,
        kind: "Moderated",
        code: "50412",
        requestId: expect.stringMatching(/^\w{20,}$/),
        message: expect.stringContaining("nothing was paid"),
      },
    })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 0, refused: 1 })
  })

  it("exit 4: a deadline prints the handle, and wait finishes in another process", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const first = await zoetrope(place, [
      "generate",
      pro,
      "--prompt",
      "slow",
      "--deadline",
      "500ms",
    ])
    expect(first.code).toBe(4)
    expect(first.stdout).toBe("")
    expect(first.stderr).toMatch(/Next\n {2}zoetrope wait zt1\./)
    simulator.clock.advance(600)
    const second = await zoetrope(place, ["wait", handleIn(first.stderr), "--json"])
    expect(second.code).toBe(0)
    expect(JSON.parse(second.stdout)).toMatchObject({ status: "done", sha256: film.sha256 })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("exit 5: a lost answer is undecided, and never leads to a second submit", async () => {
    const { simulator, ...place } = await simulated({ faults: ["submit:lost-answer"] })
    const end = await zoetrope(place, ["generate", pro, "--prompt", "lost"])
    expect(end.code).toBe(5)
    expect(end.stderr).toContain("undecided")
    expect(unwrapped(end.stderr)).toContain("may be billed")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, answersLost: 1, polls: 0 })
  })

  it("exit 6: a task that failed for good is not made again", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(place, ["generate", pro, "--prompt", "bad [[50520]]", "--json"])
    expect(end.code).toBe(6)
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: { exitCode: 6, code: "50520", task: { id: simulator.ledger().tasks[0]!.id } },
    })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("makes a task again only where the document says so, and only within the budget", async () => {
    const { simulator, ...place } = await simulated()
    const once = await zoetrope(place, ["generate", pro, "--prompt", "once [[50511 once]]"])
    expect(once.code).toBe(0)
    expect(once.stderr).toContain("2 tasks made")
    expect(simulator.ledger().totals.accepted).toBe(2)
    const none = await zoetrope(place, [
      "generate",
      pro,
      "--prompt",
      "never [[50511]]",
      "--remakes",
      "0",
    ])
    expect(none.code).toBe(6)
    expect(simulator.ledger().totals.accepted).toBe(3)
  })

  it("survives an outage of the status endpoint", async () => {
    const { simulator, ...place } = await simulated({
      faults: ["poll:503:n=2", "poll:lost-answer", "poll:html"],
    })
    const end = await zoetrope(place, ["generate", pro, "--prompt", "outage"])
    expect(end.code).toBe(0)
    expect(end.stderr.match(/the poll brought no answer/g)).toHaveLength(4)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, succeeded: 1 })
  })

  it("exit 1: a download that fails prints the handle, and wait fetches the video again", async () => {
    const { simulator, ...place } = await simulated({ faults: ["download:dead-link:n=all"] })
    const end = await zoetrope(place, ["generate", pro, "--prompt", "dead", "--out", "dead.mp4"])
    expect(end.code).toBe(1)
    expect(end.stderr).toContain("paid for")
    expect(await readdir(place.directory)).not.toContain("dead.mp4")
    simulator.faults.clear()
    const again = await zoetrope(place, ["wait", handleIn(end.stderr), "--out", "dead.mp4"])
    expect(again.code).toBe(0)
    expect((await stat(join(place.directory, "dead.mp4"))).size).toBe(film.bytes.length)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe.concurrent("generate --detach", () => {
  it("prints the handle alone, and wait reads it from stdin or a file", async () => {
    const { simulator, ...place } = await simulated()
    const sent = await zoetrope(place, ["generate", pro, "--prompt", "detached", "--detach"])
    expect(sent.code).toBe(0)
    expect(sent.stdout).toBe(`${handleIn(sent.stdout)}\n`)
    await writeFile(join(place.directory, "clip.handle"), sent.stdout)
    const ends = await Promise.all([
      zoetrope(place, ["wait", "-", "--out", "one.mp4"], { stdin: sent.stdout }),
      zoetrope(place, ["wait", "@clip.handle", "--out", "clips/"]),
    ])
    expect(ends.map((end) => end.code)).toEqual([0, 0])
    expect(await readFile(join(place.directory, "one.mp4"))).toEqual(film.bytes)
    expect(await readdir(join(place.directory, "clips"))).toEqual([
      `jimeng-video-3.0-pro-${simulator.ledger().tasks[0]!.id}.mp4`,
    ])
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("loses no handle to a reader that has gone away", async () => {
    const { simulator, ...place } = await simulated({ faults: ["submit:delay=300ms"] })
    const running = start(place, ["generate", pro, "--prompt", "piped", "--detach"])
    running.closeStdout()
    const end = await running.ended
    expect(end.stderr).toMatch(/stdout was closed; here is its result:\nzt1\./)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe.concurrent("a failed task that is refused when made again", () => {
  it("has ended without a video, and nobody says that nothing was paid", async () => {
    const { simulator, ...place } = await simulated({ faults: ["submit:code=50412:skip=1"] })
    const end = await zoetrope(place, ["generate", pro, "--prompt", "[[50511 once]]", "--json"])
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
})

describe.runIf(existsSync("/dev/full")).concurrent("a disk that is full", () => {
  it("fails the command, whose handle is then on stderr", async () => {
    const { simulator, ...place } = await simulated()
    const args = ["generate", pro, "--prompt", "full", "--detach"]
    const script = '"$0" "$@" > /dev/full'
    const ended = promisify(execFile)("sh", ["-c", script, process.execPath, main, ...args], {
      cwd: place.directory,
      env: place.environment,
    })
    await expect(ended).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /stdout cannot be written \(ENOSPC\); here is its result:\nzt1\./,
      ),
    })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

describe.concurrent("Ctrl-C", () => {
  it("during the wait: exit 130 with the handle; the task goes on", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const running = start(place, ["generate", pro, "--prompt", "slow"])
    await running.says("queued")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(end.stderr).toMatch(/Next\n {2}zoetrope wait zt1\./)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, underWay: 1 })
  })

  it("during the submit: waits for its answer, then prints the handle", async () => {
    const { simulator, ...place } = await simulated({ speed: 1, faults: ["submit:delay=1200ms"] })
    const running = start(place, ["generate", pro, "--prompt", "slow", "--json"])
    await running.says("submitting")
    running.kill("SIGTERM")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(unwrapped(end.stderr)).toContain("waiting for the answer of a submit that may be paid")
    const [task] = simulator.ledger().tasks
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: {
        exitCode: 130,
        kind: "Aborted",
        handle: handleIn(end.stderr),
        task: { id: task!.id },
      },
    })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, polls: 0 })
  })

  it("while a lost task is looked for: undecided, exit 5", async () => {
    const faults = ["submit:lost-answer:model=viduq3-turbo", "list:503:n=all"]
    const { simulator, ...place } = await simulated({ speed: 1, faults })
    const image = `${simulator.url}/inputs/sample.jpg`
    const running = start(place, ["generate", vidu, "--image", image])
    await running.says("looking for the task by its mark")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(5)
    expect(end.stderr).toContain("undecided")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, answersLost: 1 })
  })

  it("once a lost task is found: its handle, exit 130", async () => {
    const faults = ["submit:lost-answer:model=viduq3-turbo"]
    const { simulator, ...place } = await simulated({ speed: 1, faults })
    const image = `${simulator.url}/inputs/sample.jpg`
    const running = start(place, ["generate", vidu, "--image", image, "--json"])
    await running.says("found as task")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    const [task] = simulator.ledger().tasks
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: { kind: "Aborted", handle: handleIn(end.stderr), task: { id: task!.id } },
    })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, answersLost: 1 })
  })

  it("during a submit whose answer is then lost: undecided, exit 5", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {})
      socket.once("data", () => setTimeout(() => socket.destroy(), 800))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    cleanups.push(async () => void server.close())
    const { port } = server.address() as AddressInfo
    const { simulator: _, ...place } = await simulated()
    const environment = { ...place.environment, VOLC_BASE_URL: `http://127.0.0.1:${port}` }
    const running = start({ ...place, environment }, ["generate", pro, "--prompt", "gone"])
    await running.says("submitting")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(5)
    expect(end.stderr).toContain("undecided")
    expect(end.stderr).not.toContain("nothing was paid")
  })

  it("during the download: leaves no part behind, and wait fetches the video", async () => {
    const { simulator, ...place } = await simulated({ faults: ["download:slow=20000"] })
    const running = start(place, ["generate", pro, "--prompt", "slow", "--out", "clips/"])
    await running.says("downloading")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(await readdir(join(place.directory, "clips"))).toEqual([])
    const again = await zoetrope(place, ["wait", handleIn(end.stderr)])
    expect(again.code).toBe(0)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, downloads: 1 })
  })

  it("twice during the submit: quits at once, and says that it is undecided", async () => {
    const { simulator: _, ...place } = await simulated({ faults: ["submit:delay=15s"] })
    const running = start(place, ["generate", pro, "--prompt", "slow"])
    await running.says("submitting")
    running.kill("SIGINT")
    await running.says("waiting for the answer")
    const asked = performance.now()
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(performance.now() - asked).toBeLessThan(3000)
    expect(end.stderr).toContain("undecided")
  })
})
