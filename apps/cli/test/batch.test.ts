import { readdir, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { durable, jsonLines, pro, vidu } from "./durable.ts"
import { dataOf, unwrapped } from "./support.ts"

const { simulate, zoetrope } = durable()

/** A CSV; cells may hold no comma. */
const csv = (...rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((cells) => `${cells.join(",")}\r\n`).join("")

describe("generate --batch", () => {
  it("makes a video for each row, of several models, each where the row says", async () => {
    const { place, simulator } = await simulate()
    const image = `${simulator.url}/inputs/sample.jpg`
    const rows = csv(
      ["model", "prompt", "frames", "image", "out"],
      [pro, "a kite", "241", "", "kite.mp4"],
      [vidu, "", "", image, ""],
      [vidu, "", "", image, `${place.directory}/elsewhere/`],
    )
    await writeFile("rows.csv", `\uFEFF${rows}`)
    const end = await zoetrope("generate", "--batch", "rows.csv", "--out", "clips/", "--json")
    expect(end.code).toBe(0)
    const results = jsonLines(end.stdout)
    expect(results.map(({ model, status }) => [model, status])).toEqual(
      expect.arrayContaining([
        [pro, "done"],
        [vidu, "done"],
      ]),
    )
    const paths = results.map(({ path }) => path)
    expect(paths).toContain(join(place.directory, "clips", "kite.mp4"))
    expect(await readdir("clips")).toHaveLength(2)
    expect(await readdir("elsewhere")).toHaveLength(1)
    const asked = simulator.ledger().tasks.find(({ seconds }) => seconds === 10)
    expect(asked?.model).toBe("jimeng_ti2v_v30_pro")
    expect(simulator.ledger().totals.accepted).toBe(3)
  })

  it("reads JSON Lines; flags are what rows do not say, and the model may stand once", async () => {
    const { simulator } = await simulate()
    const rows = [{ prompt: "a kite" }, { prompt: "a boat", frames: 121 }, { prompt: null }]
    await writeFile("rows.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join("\n"))
    const args = ["--batch", "rows.jsonl", "--frames", "241", "--prompt", "a wheel"]
    const end = await zoetrope("generate", pro, ...args)
    expect(end.code).toBe(0)
    expect(end.stdout.trim().split("\n")).toHaveLength(3)
    expect(end.stderr).toMatch(/✓ row 3 \w{12}: kept/)
    expect(end.stderr).toContain("✓ 3 done")
    const lengths = simulator.ledger().tasks.map(({ seconds }) => seconds)
    expect(lengths.toSorted((a, b) => a - b)).toEqual([5, 10, 10])
  })

  it("exit 2: every issue of every row, and nothing is recorded or sent", async () => {
    const { place, simulator } = await simulate()
    const rows = csv(
      ["model", "prompt", "frames", "image", "idempotency_key", "account", "colour"],
      [pro, "a kite", "99", "", "k1", "", ""],
      ["pro", "a kite", "", "", "k1", "", ""],
      [pro, "fine", "", "", "", "", ""],
      [vidu, "", "", "nowhere.jpg", "", "", "red"],
      ["", "a kite", "", "", "", "nobody", ""],
    )
    await writeFile("rows.csv", rows)
    const end = await zoetrope("generate", "--batch", "rows.csv")
    expect(end.code).toBe(2)
    const said = unwrapped(end.stderr)
    expect(said).toContain("4 of 5 rows cannot be used, and none was recorded")
    expect(said).toMatch(/row 1 \(line 2\): frames: .*allowed: 121 \| 241/)
    expect(said).toContain('row 2 (line 3): idempotency_key: "k1" is that of row 1 already')
    expect(said).toMatch(/row 2 \(line 3\): model: there is no model "pro"; the nearest: volc-cv/)
    expect(said).toContain("row 4 (line 5): image: nowhere.jpg: there is no such file")
    expect(said).toMatch(/row 5 \(line 6\): model: is missing/)
    expect(said).not.toContain("row 3")
    expect(said).toContain("Nothing was sent and nothing was paid")
    expect(simulator.ledger().totals.accepted).toBe(0)
    await expect(stat(dataOf(place))).rejects.toThrow("ENOENT")
  })

  it("a key that belongs to something else is found before the first row is recorded", async () => {
    const { simulator } = await simulate()
    const first = ["--prompt", "a kite", "--idempotency-key", "k1"]
    await zoetrope("generate", pro, ...first)
    const rows = csv(["prompt", "idempotency_key"], ["a wheel", ""], ["a boat", "k1"])
    await writeFile("rows.csv", rows)
    const end = await zoetrope("generate", pro, "--batch", "rows.csv")
    expect(end.code).toBe(2)
    expect(unwrapped(end.stderr)).toMatch(/row 2: idempotency_key "k1" belongs to generation/)
    expect(simulator.ledger().totals.accepted).toBe(1)
  })

  it("the same file again pays for no row that has a key", async () => {
    const { simulator } = await simulate()
    const rows = csv(["prompt", "idempotency_key"], ["a kite", "k1"], ["a boat", "k2"])
    await writeFile("rows.csv", rows)
    const args = ["generate", pro, "--batch", "rows.csv", "--json"]
    const first = await zoetrope(...args)
    const again = await zoetrope(...args)
    expect([first.code, again.code]).toEqual([0, 0])
    const pathsIn = (text: string) => jsonLines(text).map(({ path }) => path)
    expect(new Set(pathsIn(again.stdout))).toEqual(new Set(pathsIn(first.stdout)))
    expect(simulator.ledger().totals.accepted).toBe(2)
  })

  it("a row that fails stops no other, and the exit code is the worst", async () => {
    await simulate()
    await writeFile("rows.csv", csv(["prompt"], ["no [[50412]]"], ["bad [[50520]]"], ["a kite"]))
    const end = await zoetrope("generate", pro, "--batch", "rows.csv")
    expect(end.code).toBe(6)
    expect(unwrapped(end.stderr)).toMatch(/✗ row 1 \w{12}: .*50412/)
    expect(unwrapped(end.stderr)).toMatch(/✗ row 2 \w{12}: .*50520/)
    expect(end.stderr).toContain("1 done · 2 failed")
    expect(end.stdout.trim().split("\n")).toHaveLength(1)
  })

  it.each([
    ["rows.txt", "prompt\na kite\n", "allowed: *.csv, *.jsonl"],
    ["rows.csv", "prompt\n", "has no rows"],
    ["rows.csv", "prompt,prompt\na,b\n", 'has the column "prompt" twice'],
    ["rows.csv", "prompt,\na,b\n", "a column without a name"],
    ["rows.csv", "prompt,frames\na\n", "line 2 has another number of cells than the header"],
    ["rows.csv", 'prompt\n"a\n', "line 2 cannot be read"],
    ["rows.jsonl", '{"prompt":"a"}\n{"prompt":\n', "line 2 is not JSON"],
    ["rows.jsonl", "[1]\n", "line 1 is not a JSON object"],
    ["rows.csv", Buffer.from([0x70, 0x0a, 0xff, 0x0a]), "is not UTF-8"],
  ])("exit 2 for a file that cannot be read: %s", async (name, content, why) => {
    await simulate()
    await writeFile(name, content)
    const end = await zoetrope("generate", pro, "--batch", name)
    expect(end.code).toBe(2)
    expect(unwrapped(end.stderr)).toContain(why)
  })
})
