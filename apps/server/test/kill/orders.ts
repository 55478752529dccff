/** What is asked for, decided by the seed and a number; and what goes wrong at the providers meanwhile. */
import { chance } from "./chance.ts"
import type { Chain } from "./Chain.ts"

export interface Order extends Pick<Chain, "words" | "end"> {
  readonly model: string
  readonly prompt: string
  /** Given as a file. */
  readonly hasPicture: boolean
  /** How many ask for it at the same moment. */
  readonly times: number
  /** By clients that were told to try more often than they do by themselves. */
  readonly isPatient: boolean
}

/** The words in the bytes of a request. */
export const wordsIn = (text: string): string | undefined => /order-\d+/.exec(text)?.[0]

export const orderOf = (seed: number, number: number): Order => {
  const roll = (what: string): number => chance(seed, number, what)
  const words = `order-${number}`
  const times = roll("alike") < 0.12 ? 2 : 1
  const isPatient = roll("patient") < 0.7
  const end = roll("end") < 0.05 ? "failure" : "video"
  const common = { words, times, isPatient, end } as const
  if (roll("model") < 0.5) {
    const trigger = end === "failure" ? moderated.vidu : ""
    const prompt = `${words}: a kite over the harbour${trigger}`
    return { ...common, model: "vidu/img2video", prompt, hasPicture: true }
  }
  // A failure that its document calls retryable: two tasks, and the second one makes the video.
  const isRemade = end === "video" && times === 1 && roll("remade") < 0.08
  const trigger = isRemade ? " [[50511 once]]" : end === "failure" ? moderated.jimeng : ""
  const prompt = `${words}: a kite over the harbour${trigger}`
  const hasPicture = roll("picture") < 0.3
  return { ...common, model: "volc-cv/jimeng-video-3.0-pro", prompt, hasPicture }
}

/** Words that the simulator's content review stops at. */
const moderated = { jimeng: " [[50512]]", vidu: " [[CreationPolicyViolation]]" } as const

const faults = [
  "submit:delay=300ms:n=3",
  "submit:lost-answer:model=viduq3-turbo",
  "submit:429:retry-after=1",
  "poll:lost-answer:n=4",
  "submit:lost-answer",
  "poll:503:n=6",
  "download:truncate@0.5:n=2",
  "submit:503",
  "submit:reset-before",
  "download:reset-before:n=2",
  "submit:502:body=html:when=after",
  "list:503",
  "poll:malformed:n=3",
] as const

/** Those that come before the kill of this number: two each time, and each of them in turn. */
export const faultsOf = (seed: number, kill: number): ReadonlyArray<string> => {
  const first = Math.floor(chance(seed, "faults") * faults.length) + kill * 2
  return [first, first + 1].flatMap((place) => faults[place % faults.length] ?? [])
}
