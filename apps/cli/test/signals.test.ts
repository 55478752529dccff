import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { jsonLines, pro, vidu } from "./durable.ts"
import {
  cleanups,
  film,
  handleIn,
  idIn,
  main,
  simulated,
  start,
  unwrapped,
  zoetrope,
} from "./support.ts"

describe.concurrent("Ctrl-C", () => {
  it("during the wait: exit 130; the task goes on, and wait finishes it", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const running = start(place, ["generate", pro, "--prompt", "slow"])
    await running.says("accepted as task")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    const id = idIn(end.stderr)
    expect(end.stderr).toMatch(new RegExp(`Next\\n {2}.*zoetrope wait ${id}`))
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, underWay: 1 })
    simulator.clock.advance(600)
    expect((await zoetrope(place, ["wait", id])).code).toBe(0)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("takes back what is not sent, and leaves what is", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const running = start(place, ["generate", pro, "--prompt", "slow", "--n", "3"])
    await running.says("accepted as task")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(unwrapped(end.stderr)).toContain("2 are not sent, and cancelled; nothing was paid")
    expect(unwrapped(end.stderr)).toMatch(
      /1 goes on\. To see the end of it: .*zoetrope wait \w{12}/,
    )
    const list = await zoetrope(place, ["list", "--json"])
    const states = jsonLines(list.stdout).map(({ state }) => state)
    // Newest first: the last one in line is the first one here.
    expect(states).toEqual(["cancelled", "cancelled", "running"])
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("does not take back what a key brought from an earlier command", async () => {
    const { simulator: _, ...place } = await simulated({ speed: 1 })
    const args = ["generate", pro, "--prompt", "slow"]
    const first = await zoetrope(place, [...args, "--detach"])
    expect(first.code).toBe(0)
    const key = ["--idempotency-key", "k"]
    const second = await zoetrope(place, [...args, ...key, "--detach"])
    const running = start(place, [...args, ...key])
    await running.says("nothing new is paid")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    const { state } = JSON.parse(
      (await zoetrope(place, ["show", idIn(second.stdout), "--json"])).stdout,
    ) as { readonly state: string }
    expect(state).toBe("queued")
  })

  it("during the submit: waits for its answer, then says which task goes on", async () => {
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
        id: idIn(end.stderr),
        handle: handleIn(end.stdout),
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

  it("during the download: wait fetches the video", async () => {
    const { simulator, ...place } = await simulated({ faults: ["download:slow=20000"] })
    const running = start(place, ["generate", pro, "--prompt", "slow", "--out", "clips/"])
    await running.says("fetching the video")
    running.kill("SIGINT")
    const end = await running.ended
    expect(end.code).toBe(130)
    const again = await zoetrope(place, ["wait", idIn(end.stderr), "--out", "clips/"])
    expect(again.code).toBe(0)
    expect(await readFile(again.stdout.trim())).toEqual(film.bytes)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("twice during the submit: quits at once, and the next command finds it undecided", async () => {
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
    expect((await zoetrope(place, ["wait", idIn(end.stderr)])).code).toBe(5)
  })
})

describe.concurrent("SIGTERM", () => {
  it("takes back nothing: what is not sent keeps its place", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const running = start(place, ["generate", pro, "--prompt", "slow", "--n", "2", "--json"])
    await running.says("accepted as task")
    running.kill("SIGTERM")
    const end = await running.ended
    expect(end.code).toBe(130)
    expect(end.stderr).not.toContain("cancelled")
    expect(jsonLines(end.stdout)).toMatchObject([
      { error: { kind: "Aborted" } },
      { error: { kind: "Aborted" } },
    ])
    simulator.clock.advance(600)
    const rest = start(place, ["wait"])
    await rest.says("accepted as task")
    simulator.clock.advance(600)
    expect((await rest.ended).code).toBe(0)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, succeeded: 2 })
  })
})

describe.concurrent("a stdout that is gone", () => {
  it("loses no id to a reader that went away", async () => {
    const { simulator, ...place } = await simulated({ faults: ["submit:delay=300ms"] })
    const running = start(place, ["generate", pro, "--prompt", "piped", "--detach"])
    running.closeStdout()
    const end = await running.ended
    expect(end.stderr).toMatch(/stdout was closed; here is its result:\n\w{12}\n/)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it.runIf(existsSync("/dev/full"))("fails the command where its disk is full", async () => {
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
        /stdout cannot be written \(ENOSPC\); here is its result:\n\w{12}\n/,
      ),
    })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("reads an id from the stdin of wait", async () => {
    const { simulator: _, ...place } = await simulated()
    const sent = await zoetrope(place, ["generate", pro, "--prompt", "piped", "--detach"])
    const end = await zoetrope(place, ["wait", "-", "--out", "one.mp4"], { stdin: sent.stdout })
    expect(end.code).toBe(0)
  })
})
