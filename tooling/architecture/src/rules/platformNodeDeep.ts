/** The index of `@effect/platform-node` loads all of it, a Redis client included. */
import { importRule } from "../Rule.ts"

export const platformNodeDeep = importRule("platform-node-deep", ({ specifier }) =>
  specifier === "@effect/platform-node"
    ? "The index of @effect/platform-node needs its optional peer redis and fails without it; import the module, such as @effect/platform-node/NodeRuntime."
    : undefined,
)
