/** Creates a task of image to video: checked, charged, accepted, and put in its organisation's lane. */
import { createHash, randomInt } from "node:crypto"
import type { Account, Answer, Phase, Task, World } from "@zoetrope/simulator"
import { organisationOf } from "./Authentication.ts"
import { callbackOf } from "./Callback.ts"
import { codes } from "./Codes.ts"
import { createAnswer } from "./CreateAnswer.ts"
import { failure, Refusal, success } from "./Envelope.ts"
import { filmsOf } from "./filmsOf.ts"
import { type Img2Video, readImg2Video } from "./Img2Video.ts"
import type { Jobs } from "./Jobs.ts"
import type { Body } from "./Parameters.ts"
import { lookAt } from "./Picture.ts"
import type { ViduSettings } from "./settings.ts"
import { findTrigger } from "./Triggers.ts"

export interface CreateRequest {
  readonly account: Account
  /** As the body names it, where it is a known one. */
  readonly model: string | undefined
  /** Bytes of the body. */
  readonly size: number
}

/** "MB" is read as 1024 × 1024 bytes, the wider of its two readings. */
const MAX_BODY_BYTES = 20 * 1024 * 1024

/** A task that is off-peak and not done by then is cancelled and refunded; with which code, no document says. */
const offPeakDeadline = { seconds: 48 * 3600, code: "Canceled" } as const

/** The answer throws `Refusal`. */
export const makeCreate = (world: World, jobs: Jobs, settings: Required<ViduSettings>) => {
  const watch = (task: Task, phase: Phase): void => {
    const job = jobs.find(task.id)
    if (job === undefined) return
    if (phase._tag !== "Generating") jobs.ended(job, phase)
    if (job.order.callbackUrl !== "") world.callBack(task, callbackOf(job, phase, world, settings))
  }

  return async (body: Body, request: CreateRequest): Promise<Answer> => {
    const { account, model } = request
    const organisation = organisationOf(account)
    if (model !== undefined && world.tooFast(organisation, model)) {
      throw new Refusal("TooManyRequests")
    }
    if (request.size > MAX_BODY_BYTES) {
      throw new Refusal("BadRequest", "the body of the request is larger than 20 MB")
    }
    const order = readImg2Video(body)
    const { key } = order.model
    if (account.models !== undefined && !account.models.includes(key)) {
      throw new Refusal("ModelUnavailable")
    }
    const inline = order.image.startsWith("data:")
    const trigger = findTrigger([order.prompt, inline ? "" : order.image])
    const inputDigest = digestOf(body)
    const again = world.acceptedBefore(account.id, inputDigest)
    const ordered = trigger.failure?.once === true && again ? undefined : trigger.failure
    if (ordered?.how === "refuse") return refused(ordered.code)
    const picture = await lookAt(order.image, world)
    const films = filmsOf(order, picture, world)
    const credits = creditsFor(order)
    const failed = picture.failure ?? ordered?.code
    const failsAtOnce = ordered?.how === "create"
    // From here on nothing waits, so that no limit can be passed by two at once.
    if (world.tooMany(organisation, key)) throw new Refusal("QuotaExceeded")
    if (jobs.balance(organisation) < credits) throw new Refusal("CreditInsufficient")
    const task = world.accept({
      id: newId(),
      model: key,
      account: account.id,
      limitGroup: organisation,
      inputDigest,
      seconds: order.duration,
      credits,
      film: films.film,
      extras: films.extras,
      ...(failed === undefined ? {} : { failure: failed }),
      ...(failsAtOnce ? { pace: atOnce } : { lane: laneOf(order, organisation, settings) }),
      ...(order.offPeak
        ? { pace: { queuedSeconds: settings.offPeakSeconds }, deadline: offPeakDeadline }
        : {}),
      watch,
      notes: [...picture.notes, ...films.notes],
    })
    if (task === undefined) throw new Refusal("SystemThrottling")
    const job = jobs.add({
      task,
      account,
      order: inline ? { ...order, image: "" } : order,
      trigger,
      creationId: newId(),
      createdAt: nanoseconds(task.acceptedAt),
    })
    return { ...success(createAnswer(job, [order.image])), task }
  }
}

const atOnce = { queuedSeconds: 0, scheduledSeconds: 0, generatingSeconds: 0 } as const

/** Off-peak tasks wait beside the others: they are there for what is left over. */
const laneOf = (
  { offPeak }: Img2Video,
  organisation: string,
  { concurrency }: Required<ViduSettings>,
) => ({
  name: `vidu ${offPeak ? "off-peak" : "concurrency"} ${organisation}`,
  width: concurrency,
})

const creditsFor = ({ model, duration, resolution, audio, offPeak, isRec }: Img2Video): number =>
  model.price({ duration, resolution, audio, offPeak, recommended: isRec })

/** Of what is to be made: a request made again comes with other words for the caller's own use. */
const digestOf = ({ payload: _payload, callback_url: _callback, ...rest }: Body): string =>
  createHash("sha256").update(JSON.stringify(rest)).digest("hex")

const refused = (code: string): Answer => {
  const known = codes.get(code)
  return failure(known?.status ?? 400, code, known?.message ?? "")
}

/** 18 digits, beyond 2^53 and odd, so that no double is equal. */
const newId = (): string => {
  return `9${digits(8)}${digits(8)}${1 + 2 * randomInt(5)}`
}

const digits = (length: number): string => String(randomInt(10 ** length)).padStart(length, "0")

/** RFC 3339 with 9 digits of a second, of which our clock knows 3. */
const nanoseconds = (milliseconds: number): string =>
  new Date(milliseconds).toISOString().replace("Z", `${digits(6)}Z`)
