import type { TaskRef } from "@zoetrope/core/TaskRef"

export const ref: TaskRef = {
  version: 1,
  provider: "p",
  account: "default",
  key: "0123456789ab",
  model: "p/kite-video-1",
  taskId: "14411597596416601128",
  submittedAt: "2026-01-01T00:00:00.000Z",
  query: { req_key: "kite" },
}
