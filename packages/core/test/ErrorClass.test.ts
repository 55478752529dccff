import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { inspect } from "node:util"
import * as ErrorClass from "../src/ErrorClass.ts"
import * as Reason from "../src/Reason.ts"
import { TaskError } from "../src/TaskError.ts"

/** The same module once more: other class objects, as in a second install. */
const copyOf = <Module>(path: string): Promise<Module> => import(`${path}?copy`)

const moderated = { retryable: "no", stage: "input", meaning: "a face" } as const
const about = { provider: "p", account: "a", operation: "task" } as const
const errorOf = (reason: Reason.Reason) => new TaskError({ ...about, reason })

describe("instanceof", () => {
  it("knows the reasons of another copy, each as its own class", async () => {
    const copy = await copyOf<typeof Reason>("../src/Reason.ts")
    assert.notStrictEqual<unknown>(copy.Moderated, Reason.Moderated)
    const theirs = new copy.Moderated(moderated)
    assert.isTrue(theirs instanceof Reason.Moderated)
    assert.isTrue(new Reason.Moderated(moderated) instanceof copy.Moderated)
    const others = Reason.Reason.members.filter((Class) => theirs instanceof Class)
    assert.deepStrictEqual(others, [Reason.Moderated])
  })

  it("knows a TaskError of another copy, with a reason of either", async () => {
    const copy = await copyOf<{ TaskError: typeof TaskError }>("../src/TaskError.ts")
    assert.notStrictEqual(copy.TaskError, TaskError)
    const theirs = new copy.TaskError({ ...about, reason: new Reason.Moderated(moderated) })
    assert.isTrue(theirs instanceof TaskError)
    assert.isTrue(theirs.reason instanceof Reason.Moderated)
  })

  it("knows nothing else", () => {
    for (const other of [
      undefined,
      null,
      "Moderated",
      { _tag: "Moderated", ...moderated },
      new Error("Moderated"),
      new Reason.Aborted(),
      errorOf(new Reason.Moderated(moderated)),
    ]) {
      assert.isFalse((other as unknown) instanceof Reason.Moderated)
    }
  })

  it("does not take a parent's instance for one of a class that extends it", () => {
    class Parent extends Schema.TaggedError<Parent>()("Parent", {}) {}
    ErrorClass.complete(Parent, "@zoetrope/core/test/Parent")
    class Child extends Parent.extend<Child>("Child")({}) {}
    assert.isTrue(new Child() instanceof Parent)
    assert.isTrue(new Child() instanceof Child)
    assert.isFalse(new Parent() instanceof Child)
  })
})

describe("shown by console.error", () => {
  it("has its message, its place and its fields", () => {
    const shown = inspect(errorOf(new Reason.Moderated(moderated)))
    assert.include(shown, "TaskError: content review stopped the input: a face.")
    assert.include(shown, "ErrorClass.test.ts")
    assert.include(shown, "provider: 'p'")
  })
})
