import { describe, expect, it } from "vitest"
import { inputName, inputPath, makeInputs } from "../src/Inputs.ts"

describe("makeInputs", () => {
  it("holds so many bytes in all and replaces what has the same name", () => {
    const inputs = makeInputs()
    const large = Buffer.alloc(300 * 1024 * 1024)
    inputs.add("a", large, "video/mp4")
    expect(() => inputs.add("b", large, "video/mp4")).toThrow(/^bytes: got 629145600; /)
    inputs.add("a", Buffer.from("small"), "video/mp4")
    inputs.add("b", large, "video/mp4")
    expect(inputs.list().map(({ name }) => name)).toEqual(["a", "b"])
  })
})

describe("a path", () => {
  it.each(["cat.png", "my cat.png", "猫 [[50511 once]].png", "a?b#c%d"])("holds %j", (name) => {
    expect(inputName(new URL(`http://host${inputPath(name)}`).pathname)).toBe(name)
  })

  it.each(["/inputs/", "/inputs/a/b", "/inputs/%zz", "/other/a"])("%s names none", (path) => {
    expect(inputName(path)).toBeUndefined()
  })
})
