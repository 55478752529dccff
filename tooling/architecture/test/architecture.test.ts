/**
 * Each rule has a small tree under `fixtures/<rule>` that breaks it, and `expected.txt` beside it with every
 * line that must be found. The other lines of the tree are what the rule has to let pass.
 */
import { execFileSync, spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { check } from "../src/check.ts"
import { rules } from "../src/rules/index.ts"
import { parseSource } from "../src/SourceFile.ts"
import { packageName, readWorkspace } from "../src/Workspace.ts"

const fixtures = `${import.meta.dirname}/fixtures`
const repository = `${import.meta.dirname}/../../..`
const main = `${import.meta.dirname}/../src/main.ts`

describe("the rules", () => {
  it("each have a failing fixture, and each fixture has a rule", () => {
    expect(readdirSync(fixtures).toSorted()).toEqual(rules.map(({ name }) => name).toSorted())
  })

  it.each(rules)(
    "$name finds what is marked in its fixture, and nothing else is found there",
    ({ name }) => {
      const violations = check(readWorkspace(`${fixtures}/${name}`))
      const expected = readFileSync(`${fixtures}/${name}/expected.txt`, "utf8").trim().split("\n")
      expect(violations.map(({ path, line }) => `${path}:${line}`)).toEqual(expected)
      expect([...new Set(violations.map(({ rule }) => rule))]).toEqual([name])
      for (const { message } of violations) expect(message).toMatch(/^\S.{20,}\.$/)
    },
  )

  it("hold for this repository", () => {
    const workspace = readWorkspace(repository)
    expect(workspace.packages.map(({ folder }) => folder)).toContain("core")
    expect(
      check(workspace).map(
        ({ path, line, rule, message }) => `${path}:${line} ${rule} — ${message}`,
      ),
    ).toEqual([])
  })
})

describe("the command", () => {
  it("prints path:line rule — message and exits with 1", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [main, `${fixtures}/platform-node-deep`],
      { encoding: "utf8" },
    )
    expect(stdout).toMatch(
      /^packages\/node\/src\/Transport\.ts:1 platform-node-deep — The index .+\n$/,
    )
    expect(stderr).toContain("1 violation")
    expect(status).toBe(1)
  })

  it("exits with 1 where there is nothing to check", () => {
    expect(spawnSync(process.execPath, [main, `${fixtures}/nowhere`]).status).toBe(1)
  })

  it("passes on this repository", () => {
    expect(execFileSync(process.execPath, [main], { encoding: "utf8" })).toContain(
      `${rules.length} rules hold`,
    )
  })
})

describe("reading a file", () => {
  it("refuses what does not parse, and names the file", () => {
    expect(() => parseSource("packages/core/src/a.ts", "src/a.ts", "const = 1")).toThrow(
      /^packages\/core\/src\/a\.ts: /,
    )
  })

  it.each([
    ["effect", "effect"],
    ["effect/http", "effect"],
    ["@effect/platform-node/NodeRuntime", "@effect/platform-node"],
    ["lodash.merge", "lodash.merge"],
    ["node:fs/promises", undefined],
    ["./a.ts", undefined],
    ["../a.ts", undefined],
    ["/a.ts", undefined],
    ["#internal", undefined],
    ["https://example.com/a.js", undefined],
  ])("knows the package of %s", (specifier, name) => {
    expect(packageName(specifier)).toBe(name)
  })
})
