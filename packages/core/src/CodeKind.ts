/**
 * What a vendor's error code means, in the words of the reasons. A provider's table of codes gives each
 * row a kind, and `reasonOfKind` makes the reason of it; which codes a vendor has stays with its provider.
 */
import {
  Cancelled,
  ConcurrencyLimited,
  Forbidden,
  GenerationFailed,
  InvalidRequest,
  Moderated,
  ProviderFault,
  RateLimited,
  type Reason,
  Unauthorized,
} from "./Reason.ts"

export type CodeKind =
  /** Too many calls in a time. */
  | "rate-limited"
  /** Too many tasks at once. */
  | "concurrency-limited"
  /** The vendor's own fault. */
  | "provider-fault"
  /** The key is unknown, wrong or used up. */
  | "unauthorized"
  /** The key is known, and may not. */
  | "forbidden"
  | "invalid-request"
  /** Something that the call names does not exist. */
  | "not-found"
  | "generation-failed"
  /** Review stopped what was given. */
  | "input-moderated"
  /** Review stopped what was made: a task was made, and may be billed. */
  | "output-moderated"
  | "cancelled"

/** What a document, and the answer itself, say beside a code. */
export type Documented = Omit<ConstructorParameters<typeof RateLimited>[0], "_tag">

/** The reason for a code of this kind. `"cancelled"` takes nothing of what is documented. */
export const reasonOfKind = (kind: CodeKind, documented: Documented): Reason => {
  switch (kind) {
    case "rate-limited":
      return new RateLimited(documented)
    case "concurrency-limited":
      return new ConcurrencyLimited(documented)
    case "provider-fault":
      return new ProviderFault(documented)
    case "unauthorized":
      return new Unauthorized(documented)
    case "forbidden":
      return new Forbidden(documented)
    case "invalid-request":
    case "not-found":
      return new InvalidRequest(documented)
    case "generation-failed":
      return new GenerationFailed(documented)
    case "input-moderated":
      return new Moderated({ ...documented, stage: "input" })
    case "output-moderated":
      return new Moderated({ ...documented, stage: "output" })
    case "cancelled":
      return new Cancelled()
  }
}
