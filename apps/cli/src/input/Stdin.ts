/** What comes in on stdin: read whole, within a limit, and given up on Ctrl-C. */
import { Effect } from "effect"
import { BadInput } from "../BadInput.ts"
import { note } from "../terminal/Output.ts"
import { type Say, Spoken, type Words } from "../words/Words.ts"

/** @param what for whom it is, as a message names it; `request`, `--input` */
export const readStdin = (what: Say, maxBytes: number): Effect.Effect<string, BadInput> =>
  Effect.flatMap(Spoken, (words) => reading(what, maxBytes, words))

const reading = (what: Say, maxBytes: number, words: Words) =>
  Effect.callback<string, BadInput>((resume) => {
    const { stdin } = process
    if (stdin.isTTY) note(words.output.readingFromTerminal(what(words)))
    const chunks: Array<Buffer> = []
    let length = 0
    stdin.on("data", (chunk: Buffer) => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= maxBytes) return
      stdin.destroy()
      resume(
        Effect.fail(
          new BadInput({
            say: (spoken) => spoken.refusals.input.stdinTooLarge(what(spoken), maxBytes),
          }),
        ),
      )
    })
    stdin.on("end", () => resume(Effect.succeed(Buffer.concat(chunks).toString("utf8"))))
    stdin.on("error", (error) =>
      resume(
        Effect.fail(
          new BadInput({
            say: (spoken) => spoken.refusals.input.stdinUnreadable(what(spoken), error.message),
          }),
        ),
      ),
    )
    // An open stdin would keep the process alive after a Ctrl-C.
    return Effect.sync(() => stdin.destroy())
  })
