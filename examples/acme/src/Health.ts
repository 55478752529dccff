/** The check of an account, at no cost: what a poll for a film that was never made says about the key. */
import type { Health } from "@zoetrope/core/Provider"
import type { Reply } from "./Client.ts"
import { lookup } from "./Codes.ts"

/** An id that no film ever had. */
export const madeUpTaskId = "0"

/** @param reply to a poll for `madeUpTaskId` */
export const readHealth = (reply: Reply): Health => {
  if (reply._tag === "Broken") {
    return {
      status: "unreachable",
      message: `Acme could not be reached: ${reply.detail}. Check the network, the proxy and ACME_BASE_URL`,
    }
  }
  if (reply._tag !== "Refused") {
    return {
      status: "unclear",
      message: `something answered that is likely not Acme (HTTP ${reply.status}). Check ACME_BASE_URL`,
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
        message: `the key was refused: ${message}. Check ACME_API_KEY`,
        ...told,
      }
    case "forbidden":
      return { status: "not-entitled", message: `the key is good, but: ${message}`, ...told }
    default:
      return {
        status: "unclear",
        message: `Acme answered ${code}: ${message}. Try again later`,
        ...told,
      }
  }
}
