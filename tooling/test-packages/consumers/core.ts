/** A task's handle: one word that another process reads back. */
import { TaskRef } from "@zoetrope/core"
import { Effect } from "effect"

const ref: TaskRef.TaskRef = {
  version: 1,
  provider: "volc-cv",
  account: "default",
  key: "3f1c",
  model: "volc-cv/jimeng-video-3.0-pro",
  taskId: "7491596536074305586",
  submittedAt: "2026-11-20T12:00:00Z",
  query: {},
}

const program = Effect.gen(function* () {
  const read = yield* TaskRef.fromHandle(TaskRef.toHandle(ref))
  if (read.taskId !== ref.taskId) throw new Error("a handle lost its task")
  const refused = yield* Effect.flip(TaskRef.fromHandle("zt1.cut"))
  if (!(refused instanceof TaskRef.HandleUnreadable)) throw new Error("a cut handle was read")
})

await Effect.runPromise(program)

// @ts-expect-error the id of a task is text: some are above 2^53
const notRef: TaskRef.TaskRef = { ...ref, taskId: 7491596536074305586n }
void notRef
