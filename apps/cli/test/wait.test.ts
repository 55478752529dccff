import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { durable, jsonLines, pro, vidu } from "./durable.ts"
import { dataOf, film, handleIn, idIn, start, unwrapped } from "./support.ts"

const { simulate, zoetrope } = durable()
const detached = ["generate", pro, "--detach", "--prompt"]

describe("wait", () => {
  it("takes over a task by its handle, once, and the same video is not fetched twice", async () => {
    const { simulator } = await simulate()
    const sent = await zoetrope(...detached, "a kite", "--json", "--data-dir", "another-machine")
    const handle = handleIn(sent.stdout)
    const first = await zoetrope("wait", handle, "--json")
    const again = await zoetrope("wait", handle, "--json")
    expect([first.code, again.code]).toEqual([0, 0])
    const [one, two] = [first, again].map((end) => JSON.parse(end.stdout) as { id: string })
    expect(two!.id).toBe(one!.id)
    expect(one).toMatchObject({ status: "done", sha256: film.sha256, tasks: [{ handle }] })
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, downloads: 1 })
  })

  it("exit 2 for a handle of another key, and --adopt takes it over all the same", async () => {
    const { simulator } = await simulate()
    const sent = await zoetrope(...detached, "a kite", "--json", "--data-dir", "another-machine")
    const { task } = JSON.parse(sent.stdout) as { readonly task: { readonly handle: string } }
    const ref = JSON.parse(
      Buffer.from(task.handle.slice("zt1.".length), "base64url").toString(),
    ) as object
    const foreign = JSON.stringify({ ...ref, key: "ffffffffffff" })
    await writeFile("foreign.json", foreign)
    const refused = await zoetrope("wait", "@foreign.json", "--json")
    expect(refused.code).toBe(2)
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: { kind: "ForeignHandle", next: [expect.stringContaining("wait --adopt zt1.")] },
    })
    expect(simulator.ledger().totals.polls).toBe(0)
    const taken = await zoetrope("wait", "@foreign.json", "--adopt", "--json")
    expect(taken.code).toBe(0)
  })

  it("exit 2 for an id that is none, one that means several, and a word that is neither", async () => {
    await simulate({ speed: 1 })
    await zoetrope(...detached, "a kite")
    const unknown = await zoetrope("wait", "zzzzzzzzzzzz")
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('there is no generation "zzzzzzzzzzzz"')
    const word = await zoetrope("wait", "kite.mp4")
    expect(word.code).toBe(2)
    expect(unwrapped(word.stderr)).toContain("neither the id of a generation nor the handle")
    expect((await zoetrope("wait", "zt1.broken")).code).toBe(2)
  })

  it("goes on with everything, takes in order what stands in line, and leaves files where they are", async () => {
    const { place, simulator } = await simulate()
    await zoetrope("generate", pro, "--prompt", "a kite", "--n", "3", "--detach")
    const end = await zoetrope("wait")
    expect(end.code).toBe(0)
    const paths = end.stdout.trim().split("\n")
    expect(paths).toHaveLength(3)
    for (const path of paths) expect(path.startsWith(join(dataOf(place), "artifacts"))).toBe(true)
    expect(end.stderr).toContain("✓ 3 done")
    expect(simulator.ledger().totals).toMatchObject({ accepted: 3, succeeded: 3 })
    const nothing = await zoetrope("wait")
    expect(nothing).toMatchObject({ code: 0, stdout: "" })
    expect(nothing.stderr).toContain("nothing is under way")
  })

  it("names at the end what is undecided: exit 5, until somebody settles it", async () => {
    await simulate({ faults: ["submit:lost-answer"] })
    const lost = await zoetrope("generate", pro, "--prompt", "lost", "--detach")
    const id = idIn(lost.stderr)
    const end = await zoetrope("wait", "--json")
    expect(end.code).toBe(5)
    expect(jsonLines(end.stdout)).toMatchObject([{ error: { exitCode: 5, id } }])
    expect(end.stderr).toContain("list --state undecided")
    expect((await zoetrope("settle", id, "--give-up")).code).toBe(0)
    expect((await zoetrope("wait")).code).toBe(0)
  })

  it("leaves alone what belongs to a key that is not here, and says whose it is", async () => {
    const { simulator } = await simulate({ speed: 1 })
    const id = idIn((await zoetrope(...detached, "a kite")).stdout)
    vi.stubEnv("VOLC_ACCESS_KEY_ID", "AKLTanother")
    const one = await zoetrope("wait", id)
    expect(one.code).toBe(2)
    expect(unwrapped(one.stderr)).toContain("whose credentials are not here")
    const all = await zoetrope("wait")
    expect(all.code).toBe(0)
    expect(unwrapped(all.stderr)).toContain('1 rest: the credentials of volc-cv "default"')
    expect(simulator.ledger().totals.polls).toBe(0)
  })

  it("waits for several by their names, each into a directory", async () => {
    const { simulator } = await simulate()
    const image = `${simulator.url}/inputs/sample.jpg`
    const one = idIn((await zoetrope(...detached, "a kite")).stdout)
    const two = idIn((await zoetrope("generate", vidu, "--image", image, "--detach")).stdout)
    expect((await zoetrope("wait", one, two, "--out", "kite.mp4")).code).toBe(2)
    const end = await zoetrope("wait", one, two, "--out", "clips/")
    expect(end.code).toBe(0)
    const paths = end.stdout.trim().split("\n")
    expect(await Promise.all(paths.map((path) => readFile(path)))).toEqual([film.bytes, film.bytes])
  })
})

describe("two processes", () => {
  it("on one directory: one follows what the other drives, and each gets its file", async () => {
    const { place, simulator } = await simulate({ speed: 100 })
    const other = start(place, ["generate", pro, "--prompt", "theirs", "--out", "theirs.mp4"])
    await other.says("accepted as task")
    const [mine, watched] = [
      await zoetrope("generate", pro, "--prompt", "mine", "--out", "mine.mp4"),
      await zoetrope("wait", idIn(other.stderr()), "--out", "watched.mp4"),
    ]
    expect([mine.code, watched.code, (await other.ended).code]).toEqual([0, 0, 0])
    expect(await readdir(place.directory)).toEqual(
      expect.arrayContaining(["mine.mp4", "theirs.mp4", "watched.mp4"]),
    )
    expect(simulator.ledger().totals).toMatchObject({ accepted: 2, downloads: 2 })
  })

  it("one is killed on the way: another goes on with the same task", async () => {
    const { place, simulator } = await simulate({ speed: 1 })
    const killed = start(place, ["generate", pro, "--prompt", "a kite"])
    await killed.says("accepted as task")
    killed.kill("SIGKILL")
    await killed.ended
    simulator.clock.advance(600)
    const end = await zoetrope("wait", "--out", "clips/")
    expect(end.code).toBe(0)
    expect(await readFile(end.stdout.trim())).toEqual(film.bytes)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, succeeded: 1 })
  })

  it("one is killed while a submit is on the wire: undecided, and not sent again", async () => {
    const { place, simulator } = await simulate({ faults: ["submit:delay=20s"] })
    const killed = start(place, ["generate", pro, "--prompt", "a kite"])
    await killed.says("submitting")
    await vi.waitFor(() => expect(simulator.ledger().totals.accepted).toBe(1), 5000)
    killed.kill("SIGKILL")
    await killed.ended
    const end = await zoetrope("wait", idIn(killed.stderr()), "--json")
    expect(end.code).toBe(5)
    expect(JSON.parse(end.stdout)).toMatchObject({ error: { kind: "OutcomeUnknown" } })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})
