/** Reads `90s`, `10m`, `1h30m`. Refuses a number without a unit: nobody knows whether it meant seconds. */
import { Effect, Option } from "effect"
import { BadInput } from "../BadInput.ts"

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** The seconds of `--deadline`, if it was given. */
export const deadlineOf = (
  flag: Option.Option<string>,
): Effect.Effect<number | undefined, BadInput> =>
  Option.isNone(flag) ? Effect.undefined : parseDuration("deadline", flag.value)

/** In seconds. */
export const parseDuration = (flag: string, text: string): Effect.Effect<number, BadInput> => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*/g)]
  const seconds = parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit!]!, 0)
  return parts.length > 0 && parts.map(([part]) => part).join("") === text.trim() && seconds > 0
    ? Effect.succeed(seconds)
    : Effect.fail(
        new BadInput({
          say: ({ refusals }) => refusals.duration(flag, text),
        }),
      )
}
