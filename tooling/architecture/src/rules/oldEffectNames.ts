/** Names of earlier Effects, which much of what is written about Effect still uses. */
import type { Rule } from "../Rule.ts"
import { importRule, useRule } from "../Rule.ts"

const names: Readonly<Record<string, string>> = {
  "Schema.TaggedErrorClass": "Schema.TaggedError",
  "ServiceMap.Service": "Context.Service",
  "Effect.catchAll": "Effect.catch",
  "Context.Tag": "Context.Service",
}

const oldImports = importRule("old-effect-names", ({ specifier }) => {
  if (specifier.startsWith("effect/unstable/")) {
    return `${specifier} is gone in Effect 4.1; import effect/${specifier.split("/")[2]!}.`
  }
  if (specifier === "@effect/schema" || specifier.startsWith("@effect/schema/")) {
    return `${specifier} was merged into Effect; import { Schema } from "effect".`
  }
  return undefined
})

const oldUses = useRule("old-effect-names", ({ name }) =>
  Object.hasOwn(names, name)
    ? `${name} is a name of an earlier Effect; use ${names[name]!}.`
    : undefined,
)

export const oldEffectNames: Rule = {
  name: "old-effect-names",
  check: (workspace) => [...oldImports.check(workspace), ...oldUses.check(workspace)],
}
