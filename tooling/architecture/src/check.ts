/** Runs every rule over a workspace. */
import type { Finding } from "./Rule.ts"
import { rules } from "./rules/index.ts"
import type { Workspace } from "./Workspace.ts"

export interface Violation extends Finding {
  readonly rule: string
}

/** In the order of paths and lines. */
export const check = (workspace: Workspace): ReadonlyArray<Violation> =>
  rules
    .flatMap((rule) => rule.check(workspace).map((finding) => ({ ...finding, rule: rule.name })))
    .toSorted((left, right) =>
      left.path === right.path ? left.line - right.line : left.path < right.path ? -1 : 1,
    )
