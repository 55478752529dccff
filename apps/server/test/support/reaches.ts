/** Waits until a generation is in a state, and no longer than 15 s. Answers with its record. */
import { setTimeout as pause } from "node:timers/promises"
import type { Ask } from "./checkedFetch.ts"

export const reaches = async (
  { ask }: { readonly ask: Ask },
  id: string,
  state: string,
  key?: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- what it is, the document has checked
): Promise<any> => {
  let text = ""
  for (const end = Date.now() + 15_000; Date.now() < end;) {
    // oxlint-disable-next-line no-await-in-loop -- asked again and again
    const answer = await ask(`/api/v1/generations/${id}`, key === undefined ? {} : { key })
    text = answer.text
    if (answer.json.state === state) return answer.json
    // oxlint-disable-next-line no-await-in-loop
    await pause(50)
  }
  throw new Error(`it did not become ${state}: ${text}`)
}
