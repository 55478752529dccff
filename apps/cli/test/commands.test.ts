import { chmod, mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { demoAccount } from "@zoetrope/simulator"
import { describe, expect, it } from "vitest"
import { emptyPlace, idIn, simulated, start, unwrapped, zoetrope } from "./support.ts"

const pro = "volc-cv/jimeng-video-3.0-pro"

describe.concurrent("accounts", () => {
  it("come from a config file only if nobody else may read it", async () => {
    const { simulator: _, ...place } = await simulated()
    const file = join(place.directory, ".config", "zoetrope", "config.json")
    await mkdir(join(place.directory, ".config", "zoetrope"), { recursive: true })
    const { HOME, PATH, ZOETROPE_LANG, ...account } = place.environment
    await writeFile(file, JSON.stringify({ accounts: { studio: account } }), { mode: 0o644 })
    const environment = { HOME: HOME!, PATH: PATH!, ZOETROPE_LANG: ZOETROPE_LANG! }
    const home = { directory: place.directory, environment }
    const args = ["generate", pro, "--prompt", "a kite", "--account", "studio", "--detach"]

    const open = await zoetrope(home, args)
    expect(open.code).toBe(2)
    expect(open.stderr).toContain(`chmod 600 ${file}`)
    expect(open.stderr).toContain("mode 644")

    await chmod(file, 0o600)
    const closed = await zoetrope(home, args)
    expect(closed.code).toBe(0)
    const shown = await zoetrope(home, ["show", idIn(closed.stdout), "--json"])
    expect(JSON.parse(shown.stdout)).toMatchObject({ account: "studio" })

    const other = await zoetrope(home, [...args.slice(0, -2), "nobody"])
    expect(other.code).toBe(2)
    expect(unwrapped(other.stderr)).toContain(
      'no account "nobody" of Volcengine cv; there is: studio',
    )
  })
})

describe.concurrent("doctor", () => {
  it("exit 0 when all is well", async () => {
    const { simulator, ...place } = await simulated()
    const end = await zoetrope(place, ["doctor", "--json"])
    expect(end.code).toBe(0)
    const report: unknown = JSON.parse(end.stdout)
    expect(report).toMatchObject({ ok: true })
    expect(end.stdout).toContain("account default")
    expect(end.stdout).toContain("none yet; it will be")
    expect(simulator.ledger().totals.accepted).toBe(0)
  })

  it("exit 1 for a wrong secret, which it tells from a wrong key; a proxy's password is not shown", async () => {
    const { simulator: _, ...place } = await simulated()
    const environment = {
      ...place.environment,
      VOLC_SECRET_ACCESS_KEY: "b3RoZXI=",
      HTTPS_PROXY: "http://me:hidden@proxy.example:3128",
    }
    const end = await zoetrope({ ...place, environment }, ["doctor"], { secrets: ["hidden"] })
    expect(end.code).toBe(1)
    expect(unwrapped(end.stdout)).toMatch(/✗ account default: .*secret access key is wrong/)
    expect(end.stdout).toContain("✓ proxy: proxy.example:3128")
  })
})

describe.concurrent("simulate", () => {
  it("prints what the other commands need, and ends with Ctrl-C", async () => {
    const place = await emptyPlace()
    const running = start(place, ["simulate", "--speed", "500", "--fault", "poll:503", "--json"], {
      allowed: [demoAccount.secret],
    })
    await running.says("sample.wav")
    await running.says("\n}\n")
    const ready = JSON.parse(running.stdout()) as {
      readonly environment: Record<string, string>
      readonly ledger: string
    }
    const environment = { ...place.environment, ...ready.environment }
    const end = await zoetrope({ ...place, environment }, ["generate", pro, "--prompt", "a kite"])
    expect(end.code).toBe(0)
    expect(end.stderr).toContain("the poll brought no answer")
    const ledger: unknown = await (await fetch(ready.ledger)).json()
    expect(ledger).toMatchObject({ totals: { accepted: 1, succeeded: 1, downloads: 1 } })
    running.kill("SIGINT")
    expect((await running.ended).code).toBe(130)
  }, 40_000)
})
