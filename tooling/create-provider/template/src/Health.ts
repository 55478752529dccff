/** The check of an account, at no cost: what a poll for a task that was never made says about the key. */
import type { Health } from "@zoetrope/core/Provider"
import type { Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"

/**
 * An id that no task ever had.
 *
 * UNFINISHED: one in the form that the vendor's ids have.
 */
export const madeUpTaskId = "0"

/** @param reply to a poll for `madeUpTaskId` */
export const readHealth = (reply: Reply): Health => {
  if (reply._tag === "Broken") {
    return {
      status: "unreachable",
      message: `Placeholder Name could not be reached: ${reply.detail}. Check the network, the proxy and PLACEHOLDER_NAME_BASE_URL`,
    }
  }
  if (reply._tag !== "Refused") {
    return {
      status: "unclear",
      message: `something answered that is likely not Placeholder Name (HTTP ${reply.status}). Check PLACEHOLDER_NAME_BASE_URL`,
    }
  }
  const { code, message, requestId } = reply
  const told = { code, ...(requestId === undefined ? {} : { requestId }) }
  switch (lookup(code)?.kind) {
    case "not-found":
      return { status: "well", message: "the key is good", ...told }
    case "unauthorized":
      return {
        status: "wrong-key",
        message: `the key was refused: ${message}. Check PLACEHOLDER_NAME_API_KEY`,
        ...told,
      }
    case "forbidden":
      return { status: "not-entitled", message: `the key is good, but: ${message}`, ...told }
    default:
      return {
        status: "unclear",
        message: `Placeholder Name answered ${code}: ${message}. Try again later`,
        ...told,
      }
  }
}
