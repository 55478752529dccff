/**
 * What a command is to work on, as it can be typed: ids of generations (or how they begin) and handles
 * of tasks, from arguments, files or stdin.
 */
import * as TaskRef from "@zoetrope/core/TaskRef"
import * as Files from "@zoetrope/node/Files"
import { Effect } from "effect"
import { Argument } from "effect/cli"
import { BadInput } from "../BadInput.ts"
import { readStdin } from "./Stdin.ts"
import { verbatim, type Words } from "../words/Words.ts"

export type Subject =
  | { readonly _tag: "Id"; readonly id: string }
  | { readonly _tag: "Handle"; readonly ref: TaskRef.TaskRef }

/** One of them. */
export const argument = ({ help }: Words) =>
  Argument.String("ID|HANDLE").pipe(Argument.withDescription(help.shared.subject))

/** Ids alone: of what is recorded here. */
export const idArgument = ({ help }: Words) =>
  Argument.String("ID").pipe(Argument.withDescription(help.shared.id))

/** Bytes of a file or of stdin at most: some thousand ids, or some hundred handles. */
const maxBytes = 200_000

export const read = Effect.fn("Subjects.read")(function* (given: ReadonlyArray<string>) {
  const subjects: Array<Subject> = []
  for (const one of given) {
    const words = yield* wordsOf(one)
    if (words.length === 0) {
      return yield* new BadInput({ say: ({ refusals }) => refusals.subjects.empty(nameOf(one)) })
    }
    for (const word of words) subjects.push(yield* subjectOf(word))
  }
  return subjects
})

/** One id of a command that takes no handle. */
export const readId = Effect.fn("Subjects.readId")(function* (given: string) {
  const [id, ...more] = yield* wordsOf(given)
  if (id === undefined || more.length > 0 || isHandle(id)) {
    return yield* new BadInput({
      say: ({ refusals }) => refusals.subjects.notOneId(nameOf(given)),
    })
  }
  return id
})

const nameOf = (given: string): string =>
  given === "-" ? "stdin" : given.startsWith("@") ? given.slice(1) : JSON.stringify(given)

const wordsOf = Effect.fnUntraced(function* (given: string) {
  const text =
    given === "-"
      ? yield* readStdin(verbatim("ID|HANDLE"), maxBytes)
      : given.startsWith("@")
        ? yield* Files.readMedia(given.slice(1), { maxBytes }).pipe(
            Effect.map((bytes) => new TextDecoder().decode(bytes)),
            Effect.mapError(
              ({ message }) =>
                new BadInput({
                  say: (words) => words.labelled("ID|HANDLE", words.packages.sentence(message)),
                }),
            ),
          )
        : given
  const trimmed = text.trim()
  // The JSON of a handle may have spaces in it.
  return trimmed.startsWith("{") ? [trimmed] : trimmed.split(/\s+/).filter((word) => word !== "")
})

const isHandle = (word: string): boolean => /^(zt1\.|\{)/.test(word)

const subjectOf = (word: string): Effect.Effect<Subject, BadInput> => {
  if (/^[0-9a-z]{1,12}$/i.test(word)) {
    return Effect.succeed({ _tag: "Id", id: word.toLowerCase() })
  }
  return TaskRef.fromHandle(word).pipe(
    Effect.map((ref): Subject => ({ _tag: "Handle", ref })),
    Effect.mapError((problem) =>
      isHandle(word)
        ? new BadInput({
            say: ({ packages, refusals }) =>
              refusals.subjects.badHandle(packages.sentence(problem.message)),
            next: [({ refusals }) => refusals.subjects.wholeHandle],
          })
        : new BadInput({
            say: ({ refusals }) => refusals.subjects.neither(word.slice(0, 60)),
          }),
    ),
  )
}
