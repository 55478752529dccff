/** The commands on a server, and beside them on a data directory: the same words, the same exit codes. */
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { json } from "node:stream/consumers"
import { describe, expect, it, vi } from "vitest"
import { durable, jsonLines, pro, vidu } from "./durable.ts"
import { between, serverOf, useServer, variablesOf } from "./remoteServer.ts"
import { emptyPlace, film, handleIn, idIn, simulated, start, unwrapped } from "./support.ts"

const { simulate, zoetrope } = durable()

/** A simulator, and commands that work on a directory, or on a server and without an account. */
const at = {
  "a data directory": simulate,
  "a server": async (options?: Parameters<typeof simulate>[0]) => {
    const { place, simulator } = await simulate(options)
    useServer((await serverOf(simulator, join(place.directory, "server"))).url)
    return { place, simulator }
  },
}

const detached = ["generate", pro, "--detach", "--prompt"]

const shown = async (id: string) =>
  JSON.parse((await zoetrope("show", id, "--json")).stdout) as Record<string, unknown>

describe.each(["a data directory", "a server"] as const)("on %s", (where) => {
  const begin = at[where]

  it("generate waits, keeps a copy, and tells of it as data", async () => {
    const { simulator } = await begin()
    const end = await zoetrope("generate", pro, "--prompt", "a kite", "--json")
    expect(end.code).toBe(0)
    const kept = JSON.parse(end.stdout) as { readonly id: string; readonly path: string }
    expect(kept).toMatchObject({
      status: "done",
      bytes: film.bytes.length,
      sha256: film.sha256,
      tasks: [{ id: simulator.ledger().tasks[0]!.id }],
    })
    expect(await readFile(kept.path)).toEqual(film.bytes)
    expect(end.stderr).toContain("accepted as task")
    const named = await zoetrope("wait", kept.id.slice(0, 6), "--out", "named.mp4")
    expect([named.code, named.stdout.trim()]).toEqual([0, join(process.cwd(), "named.mp4")])
    expect((await readdir(".")).filter((name) => /\.(mp4|part)$|^\.zoe/.test(name))).toHaveLength(2)
  })

  it("generate sends local files along, several, a batch, and each key once", async () => {
    const { simulator } = await begin()
    const picture = await fetch(`${simulator.url}/inputs/sample.jpg`)
    await writeFile("drum.jpg", Buffer.from(await picture.arrayBuffer()))
    const args = ["generate", vidu, "--image", "drum.jpg", "--idempotency-key", "mine"]
    const one = await zoetrope(...args)
    const again = await zoetrope(...args)
    expect([one.code, again.code]).toEqual([0, 0])
    expect(unwrapped(again.stderr)).toContain(`the key belongs to ${idIn(one.stderr)} already`)
    const reused = await zoetrope(...args, "--prompt", "another")
    expect(reused.code).toBe(2)
    expect(unwrapped(reused.stderr)).toContain("which asks for something else")
    const several = await zoetrope("generate", pro, "--prompt", "a kite", "--n", "3")
    expect([several.code, several.stdout.trim().split("\n")]).toEqual([0, expect.any(Array)])
    await writeFile(
      "clips.csv",
      `model,prompt,out\n${pro},"one",one.mp4\n${pro},"no [[50412]]",two.mp4\n`,
    )
    const batch = await zoetrope("generate", "--batch", "clips.csv", "--out", "clips/", "--json")
    expect(batch.code).toBe(3)
    expect(jsonLines(batch.stdout)).toHaveLength(2)
    expect(await readFile("clips/one.mp4")).toEqual(film.bytes)
    expect(simulator.ledger().totals.accepted).toBe(5)
  })

  it("bad input is refused before anything is recorded, and a refusal of the provider is told in full", async () => {
    const { simulator } = await begin()
    const bad = await zoetrope("generate", pro, "--prompt", "")
    expect(bad.code).toBe(2)
    expect(unwrapped(bad.stderr)).toMatch(/prompt.*Nothing was sent and nothing was paid/)
    expect((await zoetrope("list", "--json")).stdout).toBe("")
    const failed = await zoetrope("generate", pro, "--prompt", "no [[50412]]", "--json")
    expect(failed.code).toBe(3)
    expect(JSON.parse(failed.stdout)).toMatchObject({
      error: { kind: "Moderated", code: "50412", requestId: expect.any(String) },
    })
    expect(simulator.ledger().totals.accepted).toBe(0)
  })

  it("an undecided one is named, shown, and settled by a person", async () => {
    const { simulator } = await begin({ faults: ["submit:lost-answer"] })
    const lost = await zoetrope("generate", pro, "--prompt", "lost", "--json")
    expect(lost.code).toBe(5)
    const { error } = JSON.parse(lost.stdout) as { readonly error: { readonly id: string } }
    expect(error).toMatchObject({ kind: "OutcomeUnknown", exitCode: 5 })
    expect(
      jsonLines((await zoetrope("list", "--state", "undecided", "--json")).stdout),
    ).toMatchObject([
      { id: error.id, error: { message: expect.stringContaining("may be billed") } },
    ])
    expect((await zoetrope("wait")).code).toBe(5)
    const text = await zoetrope("show", error.id)
    expect(text.stdout).toMatch(/1 {2}undecided · no task known · sent \d{4}-/)
    expect((await zoetrope("cancel", error.id)).code).toBe(5)
    expect((await zoetrope("settle", error.id, "--give-up")).code).toBe(0)
    expect((await zoetrope("settle", error.id, "--again")).code).toBe(2)
    expect(await shown(error.id)).toMatchObject({ state: "failed" })
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("--again makes it again, once", async () => {
    const { simulator } = await begin({ faults: ["submit:lost-answer"] })
    const lost = await zoetrope("generate", pro, "--prompt", "lost")
    const id = idIn(lost.stderr)
    expect(lost.code).toBe(5)
    expect((await zoetrope("settle", id, "--again")).code).toBe(0)
    expect((await zoetrope("wait", id)).code).toBe(0)
    expect(simulator.ledger().totals.accepted).toBe(2)
  })

  it("cancel takes back what is not sent, and says where the provider cannot", async () => {
    const { simulator } = await begin({ speed: 1 })
    const running = idIn((await zoetrope(...detached, "first")).stdout)
    await vi.waitFor(async () => expect((await shown(running))["state"]).toBe("running"), 10_000)
    const queued = idIn((await zoetrope(...detached, "in line")).stdout)
    const taken = await zoetrope("cancel", queued, "--json")
    expect(taken.code).toBe(0)
    expect(JSON.parse(taken.stdout)).toMatchObject({ id: queued, status: "cancelled" })
    const refused = await zoetrope("cancel", running, "--json")
    expect(refused.code).toBe(4)
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { kind: "CancelRefused" } })
    const early = await zoetrope("rm", running, queued, "--json")
    expect(early.code).toBe(2)
    expect(jsonLines(early.stdout)).toMatchObject([
      { error: { kind: "NotNow" } },
      { id: queued, status: "removed" },
    ])
    expect((await zoetrope("show", queued)).code).toBe(2)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("wait takes over a task by its handle, once, and goes on with everything", async () => {
    const { simulator } = await begin()
    const { directory, environment } = await emptyPlace()
    const place = { directory, environment: { ...environment, ...variablesOf(simulator) } }
    const sent = await start(place, ["generate", pro, "--detach", "--prompt", "a kite", "--json"])
      .ended
    const handle = handleIn(sent.stdout)
    const first = await zoetrope("wait", handle, "--json")
    const again = await zoetrope("wait", handle, "--json")
    expect([first.code, again.code]).toEqual([0, 0])
    const [one, two] = [first, again].map((end) => JSON.parse(end.stdout) as { id: string })
    expect(two!.id).toBe(one!.id)
    const ref = JSON.parse(
      Buffer.from(handle.slice("zt1.".length), "base64url").toString(),
    ) as object
    await writeFile("foreign.json", JSON.stringify({ ...ref, key: "ffffffffffff" }))
    const foreign = await zoetrope("wait", "@foreign.json", "--json")
    expect(foreign.code).toBe(2)
    expect(JSON.parse(foreign.stdout)).toMatchObject({ error: { kind: "ForeignHandle" } })
    expect(simulator.ledger().totals.accepted).toBe(1)
    await zoetrope(...detached, "another")
    const all = await zoetrope("wait", "--out", "all/")
    expect(all.code).toBe(0)
    const nothing = await zoetrope("wait")
    expect(nothing).toMatchObject({ code: 0, stdout: "" })
    expect(unwrapped(nothing.stderr)).toContain("nothing is under way")
  })

  it("list, show and stats tell what there is", async () => {
    const { simulator } = await begin()
    await zoetrope("generate", pro, "--prompt", "a [[50511 once]]")
    const [row] = jsonLines((await zoetrope("list", "--json", "--model", pro)).stdout)
    const id = String(row!["id"])
    expect(await shown(id)).toMatchObject({
      state: "done",
      input: { prompt: "a [[50511 once]]" },
      tasks: [
        { number: 1, state: "failed" },
        { number: 2, state: "succeeded", cost: "paid" },
      ],
      artifacts: [{ kind: "video", sha256: film.sha256 }],
    })
    expect(unwrapped((await zoetrope("show", id)).stdout)).toContain(
      'code 50511, "Post Img Risk Not Pass", request id',
    )
    expect((await zoetrope("list", "--after", id)).stdout).toBe("")
    expect(JSON.parse((await zoetrope("stats", "--json")).stdout)).toMatchObject({
      states: { done: 1 },
      submits: 2,
      tasks: 2,
      artifacts: { files: 1, bytes: film.bytes.length },
    })
    expect(simulator.ledger().totals.accepted).toBe(2)
  })
})

describe("a server", () => {
  it("shows a server that was named in every command, and where its files are", async () => {
    const { place, simulator } = await simulate({ speed: 1 })
    const { url } = await serverOf(simulator, join(place.directory, "server"))
    const end = await zoetrope(
      "generate",
      pro,
      "--prompt",
      "a kite",
      "--deadline",
      "2s",
      "--server",
      `${url}/`,
    )
    expect(end.code).toBe(4)
    const id = idIn(end.stderr)
    expect(end.stderr).toContain(`wait ${id} --server ${url}`)
    simulator.clock.advance(600)
    const waited = await zoetrope("wait", "--server", url)
    expect(waited.stdout.trim()).toBe(`${url}/api/v1/generations/${id}/content`)
  })

  it("exit 2 for an address that is none, two places, and what is no such server", async () => {
    const { simulator } = await simulate()
    const said = async (...args: ReadonlyArray<string>) => {
      const end = await zoetrope("list", ...args)
      expect(end.code).toBe(2)
      return unwrapped(end.stderr)
    }
    expect(await said("--server", "kite")).toContain("is no http(s) address")
    const secret = await said("--server", "http://me:hidden@127.0.0.1/")
    expect(secret).toContain("ZOETROPE_SERVER_KEY")
    expect(secret).not.toContain("hidden")
    expect(await said("--server", "http://127.0.0.1", "--data-dir", "d")).toContain("exclude")
    expect(await said("--server", simulator.url)).toContain("not as a Zoetrope server does")
    // A directory that is named comes before a server of the environment.
    vi.stubEnv("ZOETROPE_SERVER", simulator.url)
    expect((await zoetrope("list", "--data-dir", "d")).stderr).toContain(
      "nothing was ever recorded",
    )
  })

  it("exit 3 where nobody answers, with what it cost and what to do", async () => {
    await simulate()
    const end = await zoetrope(
      "generate",
      pro,
      "--prompt",
      "a kite",
      "--server",
      "http://127.0.0.1:9",
    )
    expect(end.code).toBe(3)
    expect(unwrapped(end.stderr)).toMatch(/cannot be reached \(ECONNREFUSED\); start it there/)
    expect(unwrapped(end.stderr)).toContain("Nothing was sent and nothing was paid.")
  })

  it("tells what it can make, with whose accounts", async () => {
    const { place, simulator } = await simulate()
    const server = await serverOf(simulator, join(place.directory, "server"))
    const ofOthers = await modelOfOthers(server.url)
    const said = async (...args: ReadonlyArray<string>) => {
      const end = await zoetrope("models", ...args, "--server", ofOthers)
      expect(end.code).toBe(0)
      return end.stdout
    }
    expect(JSON.parse(await said("--json"))).toMatchObject([
      { id: pro, alias: "jimeng_ti2v_v30_pro", accounts: ["studio"] },
      { id: "others/kite", accounts: ["studio"] },
    ])
    expect(await said()).toMatch(
      /^Volcengine cv\n {2}volc-cv\/jim[^]*\n\nothers\n {2}others\/kite\n/,
    )
    expect(await said("show", pro)).toMatch(/accounts +studio\n[^]*zoetrope generate volc-cv/)
    // How a model is asked for here is known of this program's own alone.
    expect(await said("show", "others/kite")).not.toContain("zoetrope generate")
    expect(JSON.parse(await said("show", "kite", "--json-schema"))).toHaveProperty("properties")

    const unknown = await zoetrope("models", "show", "nope", "--server", ofOthers)
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain(`models --server ${ofOthers}`)
  })

  it("wants a key where there is one, and shows each owner its own", async () => {
    const { place, simulator } = await simulate()
    const dataDir = join(place.directory, "server")
    const key = async (...args: ReadonlyArray<string>) =>
      (await zoetrope("keys", "make", "--data-dir", dataDir, ...args)).stdout.trim()
    const [alice, bob, reader] = [
      await key("--owner", "alice"),
      await key("--owner", "bob"),
      await key("--owner", "alice", "--scope", "read"),
    ]
    useServer((await serverOf(simulator, dataDir)).url)
    const withKey = async (text: string, ...args: ReadonlyArray<string>) => {
      vi.stubEnv("ZOETROPE_SERVER_KEY", text)
      const end = await zoetrope(...args)
      if (text !== "") expect(`${end.stdout}${end.stderr}`).not.toContain(text)
      return end
    }
    const without = await withKey("", "list")
    expect(without.code).toBe(2)
    expect(unwrapped(without.stderr)).toContain("there is none in ZOETROPE_SERVER_KEY")
    const wrong = await withKey("zk_wrong", "list")
    expect(unwrapped(wrong.stderr)).toContain("does not know the one in ZOETROPE_SERVER_KEY")
    const made = await withKey(alice, "generate", pro, "--prompt", "a kite")
    expect(made.code).toBe(0)
    expect(jsonLines((await withKey(reader, "list", "--json")).stdout)).toHaveLength(1)
    expect((await withKey(bob, "list", "--json")).stdout).toBe("")
    expect((await withKey(bob, "show", idIn(made.stderr))).code).toBe(2)
    const refused = await withKey(reader, "generate", pro, "--prompt", "a kite")
    expect(refused.code).not.toBe(0)
    expect(unwrapped(refused.stderr)).toContain("the key may read")
    expect(simulator.ledger().totals.accepted).toBe(1)
  })
})

/** A server that has but two models: one of ours, and one that this program has never heard of. */
const modelOfOthers = async (url: string): Promise<string> => {
  const { url: passing } = await between(url, ({ answer, asked, back }) => {
    if (asked.url !== "/api/v1/models") return false
    const pass = async () => {
      const [ours] = (await json(answer)) as ReadonlyArray<object>
      const theirs = { ...ours, id: "others/kite", alias: "kite", provider: "others" }
      back.writeHead(200, { "content-type": "application/json" })
      back.end(JSON.stringify([ours, theirs]))
    }
    void pass()
    return true
  })
  return passing
}

describe("a copy from a server", () => {
  const made = async () => {
    const { place, simulator } = await simulate()
    const { url } = await serverOf(simulator, join(place.directory, "server"))
    useServer(url)
    const id = idIn((await zoetrope(...detached, "a kite")).stdout)
    await vi.waitFor(async () => expect((await shown(id))["state"]).toBe("done"), 20_000)
    return { id, url }
  }
  const isContent = ({ url = "" }: { readonly url?: string | undefined }) =>
    url.endsWith("/content")

  it("goes on where it was cut off, and is whole", async () => {
    const { id, url } = await made()
    let cuts = 0
    const cutting = await between(url, ({ answer, asked, back }) => {
      if (!isContent(asked) || cuts === 2) return false
      cuts += 1
      back.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.once("data", (piece: Buffer) => {
        back.write(piece.subarray(0, 1000), () => back.destroy())
        answer.destroy()
      })
      return true
    })
    useServer(cutting.url)
    const end = await zoetrope("wait", id, "--out", "whole.mp4")
    expect(end.code).toBe(0)
    expect(await readFile("whole.mp4")).toEqual(film.bytes)
    const ranges = cutting.asked.filter(isContent).map(({ headers }) => headers.range)
    expect(ranges).toEqual([undefined, "bytes=1000-", "bytes=2000-"])
  })

  it("is not kept where it is another file, and nothing of it is left", async () => {
    const { id, url } = await made()
    const lying = await between(url, ({ answer, asked, back }) => {
      if (!isContent(asked)) return false
      answer.resume()
      back.end(Buffer.alloc(film.bytes.length))
      return true
    })
    useServer(lying.url)
    const end = await zoetrope("wait", id, "--out", "clips/")
    expect(end.code).toBe(1)
    expect(unwrapped(end.stderr)).toContain("its SHA-256 is another one")
    expect(await readdir("clips")).toEqual([])
  })
})

describe("a server that goes down and comes back", () => {
  it("is waited for, visibly, and nothing is paid twice", async () => {
    const { simulator, ...place } = await simulated({ speed: 1 })
    const serve = async (port: string) => {
      const server = start(place, ["serve", "--port", port, "--data-dir", "server"])
      await server.says("Ctrl-C ends it")
      await vi.waitFor(() => expect(server.stdout()).toMatch(/^http:\S+\n/))
      return { ...server, url: server.stdout().trim() }
    }
    const server = await serve("0")
    const { HOME, PATH } = place.environment
    const client = {
      ...place,
      environment: { HOME: HOME!, PATH: PATH!, ZOETROPE_SERVER: server.url },
    }
    const waiting = start(client, ["generate", pro, "--prompt", "a kite", "--out", "kite.mp4"])
    const other = start(client, ["generate", pro, "--prompt", "in line"])
    await waiting.says("recorded as")
    await other.says("recorded as")
    // The answer is told, so it is recorded: a server killed before that could not know what was sent.
    const isSent = (one: typeof waiting) => one.stderr().includes("accepted as task")
    await vi.waitFor(() => expect([waiting, other].filter(isSent)).toHaveLength(1), 20_000)
    server.kill("SIGKILL")
    await server.ended
    await waiting.says("trying again")
    await serve(new URL(server.url).port)
    await waiting.says("answers again")
    // What was not sent is taken back on the server.
    const [first, last] = isSent(waiting) ? [waiting, other] : [other, waiting]
    last.kill("SIGINT")
    const taken = await last.ended
    expect(taken.code).toBe(130)
    expect(unwrapped(taken.stderr)).toContain("was not sent, and is cancelled; nothing was paid")
    simulator.clock.advance(600)
    const end = await first.ended
    expect(end.code).toBe(0)
    expect(await readFile(end.stdout.trim())).toEqual(film.bytes)
    expect(simulator.ledger().totals).toMatchObject({ accepted: 1, succeeded: 1 })
  })
})
