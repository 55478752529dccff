/** What an error code means in the words of the core, from the row that its document gives it. */
import {
  ConcurrencyLimited,
  Forbidden,
  GenerationFailed,
  InvalidRequest,
  Moderated,
  ProviderFault,
  RateLimited,
  type Reason,
  Unauthorized,
  UnknownCode,
} from "@zoetrope/core/Reason"
import { type Found, type Kind, lookup, lookupGateway, type Product } from "./Codes.ts"

/** The reason for a code of the service's own envelope. */
export const reasonOf = (
  product: Product,
  code: string,
  message: string,
  retryAfterMillis?: number,
): Reason => {
  const found = lookup(product, code)
  return found === undefined
    ? new UnknownCode({ detail: detailOf(code, message) })
    : reasonOfKind(found.row.kind, documented(found, retryAfterMillis))
}

/** The reason for a code of the gateway. Its documents have no retry column. */
export const gatewayReasonOf = (
  code: string,
  message: string,
  retryAfterMillis?: number,
): Reason => {
  const row = lookupGateway(code)
  return row === undefined
    ? new UnknownCode({ detail: detailOf(code, message) })
    : reasonOfKind(row.kind, {
        retryable: row.retryable,
        meaning: row.meaning.en,
        ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
      })
}

const detailOf = (code: string, message: string): string =>
  [code === "" ? "no code" : code, message].filter((part) => part !== "").join(", ")

type Documented = Omit<ConstructorParameters<typeof RateLimited>[0], "_tag">

const documented = (
  { retryable, row }: Found,
  retryAfterMillis: number | undefined,
): Documented => ({
  retryable,
  meaning: row.meaning.en,
  ...(row.advice === undefined ? {} : { advice: row.advice.en }),
  ...(retryAfterMillis === undefined ? {} : { retryAfterMillis }),
})

const reasonOfKind = (kind: Kind, fields: Documented): Reason => {
  switch (kind) {
    case "rate-limited":
      return new RateLimited(fields)
    case "concurrency-limited":
      return new ConcurrencyLimited(fields)
    case "provider-fault":
      return new ProviderFault(fields)
    case "unauthorized":
      return new Unauthorized(fields)
    case "forbidden":
      return new Forbidden(fields)
    case "invalid-request":
      return new InvalidRequest(fields)
    case "input-moderated":
      return new Moderated({ ...fields, stage: "input" })
    case "output-moderated":
      return new Moderated({ ...fields, stage: "output" })
    case "success":
      return new GenerationFailed(fields)
  }
}
