import { Effect, Result } from "effect"
import stringWidth from "string-width"
import { describe, expect, it } from "vitest"
import { parseDuration } from "../src/input/Duration.ts"
import { clock, cut, pad, roughly, size, wrap } from "../src/terminal/Text.ts"
import { en } from "../src/words/Words.ts"

describe("text by columns", () => {
  it.each([
    ["a plain sentence of several words", 12],
    ["即梦视频生成三点零专业版的说明文字", 9],
    ["mixed 视频 and 👨‍👩‍👧 families", 8],
  ])("wraps %j within %i columns and loses nothing", (text, columns) => {
    const lines = wrap(text, columns)
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""))
    expect(stringWidth(cut(text, columns))).toBeLessThanOrEqual(columns)
  })

  it("breaks Chinese between characters, but no Latin word, and begins no line with a full stop", () => {
    const text = "账号（default）使用 TypeScript，运行在 Node.js；见《文档》。完成！"
    for (const columns of [6, 8, 10, 12, 13, 20]) {
      const lines = wrap(text, columns)
      for (const line of lines) expect(line).not.toMatch(/^[，。；：？！）》]|[（《]$/)
      expect(lines.some((line) => line.includes("TypeScript"))).toBe(true)
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""))
    }
  })

  it("pads by what is seen", () => {
    expect(pad("视频", 6)).toBe("视频  ")
    expect(cut("short", 10)).toBe("short")
  })

  it("says times and sizes as people do", () => {
    expect([clock(5), clock(65), clock(3723)]).toEqual(["0:05", "1:05", "1:02:03"])
    expect([roughly(40, en), roughly(180, en), roughly(43_200, en), roughly(7500, en)]).toEqual([
      "40 s",
      "3 min",
      "12 h",
      "2 h 5 min",
    ])
    expect([size(812), size(40_700), size(4_700_000)]).toEqual(["812 B", "41 kB", "4.7 MB"])
  })
})

describe("durations", () => {
  const parse = (text: string) =>
    Result.getOrUndefined(Effect.runSync(Effect.result(parseDuration("deadline", text))))

  it.each([
    ["90s", 90],
    ["10m", 600],
    ["1h30m", 5400],
    ["500ms", 0.5],
    ["1.5h", 5400],
  ])("%s is %d seconds", (text, seconds) => {
    expect(parse(text)).toBe(seconds)
  })

  it.each(["", "90", "s", "-5s", "5 parsecs", "1h soon", "0s"])("refuses %j", (text) => {
    expect(parse(text)).toBeUndefined()
  })
})
