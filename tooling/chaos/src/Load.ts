/**
 * What is asked for: which generation is made by which account and model, and how its task must end.
 * Decided by the seed and its number alone, so that every worker asks for the same under the same key.
 */
import { chance } from "./chance.ts"

export interface Order {
  /** Its idempotency key; it stands in the request too, so that the provider's side can tell it. */
  readonly key: string
  readonly account: string
  readonly model: string
  readonly input: Readonly<Record<string, string | Uint8Array>>
  /** What the provider makes of it: no video, or only at the second try. */
  readonly fails: "never" | "always" | "once"
}

export interface Media {
  readonly picture: Uint8Array
  /** Addresses that the simulator serves. */
  readonly urls: Readonly<Record<"image" | "video" | "audio", string>>
}

/** Of each provider; every one has its own key. */
export const accounts = ["red", "blue"] as const

export const keyOf = (number: number): string => `chaos-${number}`

/** The key in the bytes of a request. */
export const keyIn = (body: string): string | undefined => /chaos-\d+/.exec(body)?.[0]

export const orderOf = (seed: number, number: number, { picture, urls }: Media): Order => {
  const key = keyOf(number)
  const roll = (what: string): number => chance(seed, number, what)
  const account = accounts[Math.floor(roll("account") * accounts.length)] ?? accounts[0]
  const fails = roll("end") < 0.04 ? "always" : roll("end") < 0.08 ? "once" : "never"
  const common = { key, account, fails } as const
  const picked = roll("model")
  if (picked < 0.4) {
    const prompt = `${key}: a kite over the harbour${jimengWords[fails]}`
    const input = picked < 0.1 ? { prompt, image: varied(picture, number) } : { prompt }
    return { ...common, model: "volc-cv/jimeng-video-3.0-pro", input }
  }
  if (picked < 0.65) {
    const model = picked < 0.55 ? "volc-cv/lip-sync-lite" : "volc-cv/lip-sync-basic"
    const input = { url: `${urls.video}?${key}`, pure_audio_url: urls.audio }
    return { ...common, fails: "never", model, input }
  }
  const image = picked < 0.8 ? varied(picture, number) : urls.image
  // Vidu's documents call no failure of a task one to try again.
  const end = fails === "always" ? fails : "never"
  const prompt = `${key}: a kite over the harbour${viduWords[end]}`
  return { ...common, fails: end, model: "vidu/img2video", input: { prompt, image } }
}

/** Words that the simulator's content review stops at. */
const jimengWords = { never: "", always: " [[50512]]", once: " [[50511 once]]" } as const
const viduWords = { never: "", always: " [[CreationPolicyViolation]]" } as const

/** One of four files with the same picture: bytes after its end are nobody's business. */
const varied = (picture: Uint8Array, number: number): Uint8Array =>
  Uint8Array.from([...picture, number % 4])
