/**
 * The check of an account: what the answers to polls for a made-up task say about key, secret, token,
 * clock and entitlement. It costs nothing. Where the documents leave room, the words say "likely".
 */
import type { Health } from "@zoetrope/core/Provider"
import { Effect } from "effect"
import type { GatewayReply, Reply, ServiceReply } from "./Client.ts"
import type { AnyVolcModel } from "./VolcModel.ts"

/** Looks like an id and was never given: real ones begin with their second, this one with one of 1977. */
export const madeUpTaskId = "1000000000000000001"

/**
 * One poll per model, since each is activated by itself; the first answer that is about the account as
 * a whole ends it. An account is well if it may use at least one model; the message names the others.
 */
export const checkAll = Effect.fnUntraced(function* (
  models: ReadonlyArray<AnyVolcModel>,
  ask: (model: AnyVolcModel) => Effect.Effect<Reply>,
) {
  const denied: Array<string> = []
  let refused: Health | undefined
  let well: Health | undefined
  for (const model of models) {
    const health = diagnose(model.id, yield* ask(model))
    if (health.status === "not-entitled") {
      denied.push(model.id)
      refused ??= health
    } else if (health.status === "well") {
      well ??= health
    } else {
      return well ?? health
    }
  }
  if (well === undefined) return refused ?? nothingAsked
  const rest =
    denied.length === 0
      ? "every model is activated"
      : `likely not activated for this account: ${denied.join(", ")}`
  return { ...well, message: `${well.message}; ${rest}` }
})

const nothingAsked: Health = { status: "unclear", message: "there is no model to ask about" }

/** Beyond this the clock is worth a word even where the service still accepts it. */
const noticeableSkewSeconds = 60

/** @param model the model that was asked about, for the words */
export const diagnose = (model: string, reply: Reply): Health => {
  switch (reply._tag) {
    case "Broken":
      return {
        status: "unreachable",
        message: `the service could not be reached: ${reply.detail}. Check the network, the proxy and the base address`,
      }
    case "Unreadable":
      return {
        status: "unclear",
        message: `something answered that is not this service: ${reply.detail}. Check the base address and any proxy`,
        ...found(reply),
      }
    case "Gateway":
      return { ...ofGateway(reply), ...found(reply), code: reply.code }
    case "Service":
      return { ...ofService(model, reply), ...found(reply), code: reply.code }
  }
}

type Finding = Pick<Health, "status" | "message">

const ofGateway = (reply: GatewayReply): Finding => {
  const quoted = `${reply.code}: "${reply.message}"`
  switch (reply.code) {
    case "InvalidAccessKey":
      return {
        status: "wrong-key",
        message: `the access key id is not known (${quoted}). Check VOLC_ACCESS_KEY_ID`,
      }
    case "InvalidCredential":
    case "InvalidAuthorization":
      return {
        status: "wrong-key",
        message: `the service cannot read the credential (${quoted}); likely the access key id holds something that does not belong there`,
      }
    case "SignatureDoesNotMatch":
      return {
        status: "wrong-secret",
        message: `the key id is known but the signature is not right (${quoted}); likely the secret access key is wrong. Check VOLC_SECRET_ACCESS_KEY`,
      }
    case "InvalidSecretToken":
      return {
        status: "wrong-token",
        message: `the session token is wrong or has expired (${quoted}). Get new temporary credentials`,
      }
    case "InvalidTimestamp":
      return { status: "skewed-clock", message: skewed(reply, quoted) }
    case "LackPolicy":
    case "LackProjectPolicy":
    case "AccessDenied":
      return {
        status: "not-entitled",
        message: `the credentials are good, but this key may not use the service (${quoted}). Give it a policy for cv in the console`,
      }
    default:
      return { status: "unclear", message: `the gateway refused the call (${quoted})` }
  }
}

const skewed = ({ skewSeconds }: GatewayReply, quoted: string): string => {
  if (skewSeconds === undefined || skewSeconds === 0) {
    return `the service refused the date of the signature (${quoted}); likely this machine's clock is wrong`
  }
  const direction = skewSeconds > 0 ? "behind" : "ahead"
  return `this machine's clock is ${Math.abs(skewSeconds)} s ${direction} of the service's (${quoted}). Set it right`
}

const ofService = (model: string, reply: ServiceReply): Finding => {
  const quoted = `code ${reply.code}: "${reply.message}"`
  switch (reply.code) {
    case "10000":
    case "50215":
      return well(reply, "key, secret and clock are good")
    case "50400":
      return {
        status: "not-entitled",
        message: `the signature is good, but ${model} is refused (${quoted}); likely it is not activated for this account, or this key may not use it`,
      }
    case "50200":
      return /not supported/i.test(reply.message)
        ? {
            status: "not-entitled",
            message: `the signature is good, but ${model} is refused (${quoted}); likely it is not activated for this account`,
          }
        : well(
            reply,
            `likely all well: the service read the call and only disliked the made-up task (${quoted})`,
          )
    case "50201":
    case "50204":
      return well(
        reply,
        `likely all well: the service read the call and only disliked the made-up task (${quoted})`,
      )
    case "50429":
    case "50430":
      return well(
        reply,
        `the credentials are good; the account is over a limit just now (${quoted})`,
      )
    default:
      return {
        status: "unclear",
        message: `the signature was likely accepted, but the service failed (${quoted}). Try again later`,
      }
  }
}

const well = ({ skewSeconds }: ServiceReply, message: string): Finding => ({
  status: "well",
  message:
    skewSeconds !== undefined && Math.abs(skewSeconds) > noticeableSkewSeconds
      ? `${message}, but this machine's clock differs from the service's by ${Math.abs(skewSeconds)} s; set it right before it is refused`
      : message,
})

const found = (reply: {
  readonly requestId?: string | undefined
  readonly skewSeconds?: number | undefined
}): Pick<Health, "requestId" | "skewSeconds"> => ({
  ...(reply.requestId === undefined ? {} : { requestId: reply.requestId }),
  ...(reply.skewSeconds === undefined ? {} : { skewSeconds: reply.skewSeconds }),
})
