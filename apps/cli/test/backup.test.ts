import { existsSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { durable, jsonLines, pro, vidu } from "./durable.ts"
import { dataOf, idIn, unwrapped } from "./support.ts"

const { simulate, zoetrope } = durable()

describe("backup", () => {
  it("copies what is there, and holds back what was about to be sent", async () => {
    const { place, simulator } = await simulate({ speed: 1 })
    const image = `${simulator.url}/inputs/sample.jpg`
    const sent = idIn((await zoetrope("generate", vidu, "--image", image, "--detach")).stdout)
    await zoetrope("generate", pro, "--detach", "--prompt", "sent first")
    // The account has one place: this one waits in line.
    const waiting = idIn(
      (await zoetrope("generate", pro, "--detach", "--prompt", "in line")).stderr,
    )
    const copy = `${place.directory}/copy`
    const made = await zoetrope("backup", copy, "--json")
    expect(made.code).toBe(0)
    expect(JSON.parse(made.stdout)).toMatchObject({
      to: copy,
      generations: 3,
      held: [waiting],
      missing: [],
    })
    expect(unwrapped(made.stderr)).toContain("1 were about to be sent")
    const states = async (...args: ReadonlyArray<string>) =>
      Object.fromEntries(
        jsonLines((await zoetrope("list", "--json", ...args)).stdout).map(({ id, state }) => [
          id,
          state,
        ]),
      )
    expect(await states("--data-dir", copy)).toMatchObject({
      [sent]: "running",
      [waiting]: "undecided",
    })
    expect((await states())[waiting]).toBe("queued")
  })

  it("makes nothing where there is nothing", async () => {
    const { place } = await simulate()
    const made = await zoetrope("backup", `${place.directory}/copy`)
    expect(made.code).toBe(2)
    expect(unwrapped(made.stderr)).toContain("is no data directory")
    expect(existsSync(`${place.directory}/copy`)).toBe(false)
    expect(existsSync(dataOf(place))).toBe(false)
  })
})
