import { Option } from "effect"
import { expect, it } from "vitest"
import { of, pathIn } from "../src/setup/DataDirectory.ts"

it.each([
  ["linux", {}, "/home/me/.local/share/zoetrope"],
  ["linux", { XDG_DATA_HOME: "/data" }, "/data/zoetrope"],
  ["linux", { XDG_DATA_HOME: "data" }, "/home/me/.local/share/zoetrope"],
  ["linux", { ZOETROPE_DATA_DIR: "/mine", XDG_DATA_HOME: "/data" }, "/mine"],
  ["darwin", { XDG_DATA_HOME: "/data" }, "/home/me/Library/Application Support/zoetrope"],
  ["win32", { LOCALAPPDATA: "/local" }, "/local/zoetrope"],
  ["win32", {}, "/home/me/AppData/Local/zoetrope"],
] as const)("on %s with %j is %s", (platform, environment, path) => {
  expect(pathIn(environment, platform, "/home/me")).toBe(path)
})

it("that was named stands in the commands that are shown, as a shell takes it", () => {
  const { command, path } = of(Option.some("/my data"))
  expect(path).toBe("/my data")
  expect(command("wait", "k3x9")).toMatch(/zoetrope wait k3x9 --data-dir '\/my data'$/)
  expect(of(Option.none()).command("wait", "k3x9")).toMatch(/zoetrope wait k3x9$/)
})
