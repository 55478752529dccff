/**
 * What is wrong with the options of a run or a wait, found before anything is sent: programs without
 * types pass anything, and a deadline that is no number would be noticed after the task is paid.
 */
import type { WaitOptions } from "../Poll.ts"
import type { InputIssue } from "../Reason.ts"

/** Paths begin with `/options`. Empty where all is well. */
export const optionIssues = ({
  deadlineSeconds,
  poll,
  remakes,
}: Pick<WaitOptions, "deadlineSeconds" | "poll"> & {
  readonly remakes?: number | undefined
}): ReadonlyArray<InputIssue> => [
  ...unless(deadlineSeconds, isSpan, "deadlineSeconds", "seconds, 0 or more"),
  ...unless(remakes, isCount, "remakes", "a whole number, 0 or more"),
  ...(poll === undefined
    ? []
    : [
        ...unless(poll.floor, isPause, "poll/floor", "seconds, more than 0"),
        ...unless(
          poll.ceiling,
          (value) => isPause(value) && !(value < poll.floor),
          "poll/ceiling",
          "seconds, no fewer than the floor",
        ),
      ]),
]

const isSpan = (value: unknown): boolean => typeof value === "number" && value >= 0

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

const isPause = (value: unknown): value is number =>
  typeof value === "number" && value > 0 && value < Infinity

const unless = (
  value: number | undefined,
  isGood: (value: number) => boolean,
  name: string,
  allowed: string,
): ReadonlyArray<InputIssue> =>
  value === undefined || isGood(value)
    ? []
    : [
        {
          path: `/options/${name}`,
          message: "is not what this option takes",
          given: String(value).slice(0, 40),
          allowed,
        },
      ]
