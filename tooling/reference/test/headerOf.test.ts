import { describe, expect, it } from "vitest"
import { headerOf } from "../src/headerOf.ts"

describe("headerOf", () => {
  it.each([
    ["an import", 'import { a } from "./a.ts"'],
    ["a re-export", 'export * as A from "./A.ts"'],
    ["a re-export of types", 'export type { A } from "./A.ts"'],
    ["another comment", "/** A. */\nexport const a = 1"],
    ["an empty line", "\nexport const a = 1"],
  ])("is the first comment, where %s follows", (_, rest) => {
    expect(headerOf(`/** About the file. */\n${rest}\n`)?.summary).toBe("About the file.")
  })

  it("is nothing where the first comment is about what follows", () => {
    expect(headerOf("/** About a. */\nexport const a = 1\n\n/** B. */\n")).toBeUndefined()
    expect(headerOf('import { a } from "./a.ts"\n\n/** About b. */\n')).toBeUndefined()
  })

  it("keeps paragraphs and lists, and sets tags apart", () => {
    const source = `/**
 * About
 * the file.
 *
 * - one
 *
 * @see https://example.com (read
 * yesterday)
 * @see there
 */

export const a = 1
`
    expect(headerOf(source)).toEqual({
      summary: "About\nthe file.\n\n- one",
      tags: [
        { name: "@see", text: "https://example.com (read\nyesterday)" },
        { name: "@see", text: "there" },
      ],
    })
  })
})
