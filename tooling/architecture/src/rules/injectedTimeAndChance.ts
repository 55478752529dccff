/** Core and providers take time and chance from Effect, so that tests decide both. */
import { isProvider } from "../layers.ts"
import { useRule } from "../Rule.ts"
import { areaOf } from "../Workspace.ts"

const instead: Readonly<Record<string, string>> = {
  "Date.now": "Clock.currentTimeMillis",
  "new Date()": "DateTime.now",
  "Math.random": "Random.next",
}

export const injectedTimeAndChance = useRule(
  "injected-time-and-chance",
  ({ name }, { member, file }) => {
    if (!Object.hasOwn(instead, name) || areaOf(file) !== "src") return undefined
    if (member.directory !== "packages/core" && !isProvider(member)) return undefined
    return `${name.replace(/\(\)$/, "")}() cannot be set by a test, and a wait that uses it cannot be tested without waiting; use ${instead[name]!} of Effect.`
  },
)
