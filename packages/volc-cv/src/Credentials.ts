/**
 * Credentials from the environment, or wherever the ConfigProvider looks. An empty value counts as not
 * set. Owns the names of the variables; secrets leave it only as `Redacted`.
 */
import { InvalidInput } from "@zoetrope/core/Reason"
import { Config, Effect, Option, Redacted } from "effect"

/** `VOLC_ACCESS_KEY_ID` and `VOLC_SECRET_ACCESS_KEY`, or `VOLC_AK` and `VOLC_SK`: never one half of each. */
export const keyPair = Effect.gen(function* () {
  for (const [idName, secretName] of [
    ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
    ["VOLC_AK", "VOLC_SK"],
  ] as const) {
    const accessKeyId = yield* textOf(idName)
    const secretAccessKey = yield* secretOf(secretName)
    if (accessKeyId !== undefined && secretAccessKey !== undefined) {
      return { accessKeyId, secretAccessKey }
    }
    if (accessKeyId !== undefined || secretAccessKey !== undefined) {
      const [missing, given] =
        accessKeyId === undefined ? [idName, secretName] : [secretName, idName]
      return yield* new InvalidInput({
        issues: [{ path: `/${missing}`, message: `is not set, but ${given} is; set both` }],
      })
    }
  }
  return yield* new InvalidInput({
    issues: [
      {
        path: "/VOLC_ACCESS_KEY_ID",
        message:
          "no credentials: set VOLC_ACCESS_KEY_ID and VOLC_SECRET_ACCESS_KEY (or VOLC_AK and VOLC_SK)",
      },
    ],
  })
})

export const textOf = (name: string): Config.Config<string | undefined> =>
  Config.String(name).pipe(
    Config.option,
    Config.map((value) => Option.getOrUndefined(Option.filter(value, (some) => some !== ""))),
  )

export const secretOf = (name: string): Config.Config<Redacted.Redacted | undefined> =>
  Config.map(textOf(name), (value) => (value === undefined ? undefined : Redacted.make(value)))
