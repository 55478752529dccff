/**
 * The codes of the service, as read from its documents for the simulator: HTTP status and message.
 * Written apart from the adapter's own table, so that the two can be held against each other.
 *
 * @see https://www.volcengine.com/docs/85621/1777001 (2025-09-01), the video codes
 * @see https://www.volcengine.com/docs/6444/69728 the codes common to the visual services
 * @see https://www.volcengine.com/docs/6369/68677 the gateway's codes
 */

export interface BusinessCode {
  readonly status: number
  readonly message: string
  /** Whether moderation answers it to the submit already, before there is a task. */
  readonly atSubmit?: true
}

/** Statuses that no document gives are 400 here. */
export const businessCodes: ReadonlyMap<number, BusinessCode> = new Map([
  [50200, { status: 400, message: "Invalid args" }],
  [50201, { status: 400, message: "Missing args" }],
  [50204, { status: 400, message: "Parse args failed" }],
  [50205, { status: 400, message: "Image size limited" }],
  [50206, { status: 400, message: "Image empty" }],
  [50207, { status: 400, message: "Image decode error" }],
  [50209, { status: 400, message: "Video empty" }],
  [50210, { status: 400, message: "Video decode error" }],
  [50211, { status: 400, message: "Video size limited" }],
  [50213, { status: 400, message: "Request body size limited" }],
  [50214, { status: 400, message: "Video time too long" }],
  [50215, { status: 400, message: "Input invalid for this service." }],
  [50218, { status: 400, message: "Resource exists risk" }],
  [50220, { status: 400, message: "Download of the material failed" }],
  [50400, { status: 401, message: "Access Denied: Access Denied" }],
  [50402, { status: 400, message: "Request method invalid" }],
  [50411, { status: 400, message: "Pre Img Risk Not Pass", atSubmit: true }],
  [50412, { status: 400, message: "Text Risk Not Pass", atSubmit: true }],
  [50413, { status: 400, message: "Post Text Risk Not Pass", atSubmit: true }],
  [50429, { status: 429, message: "Request Has Reached API Limit, Please Try Later" }],
  [50430, { status: 429, message: "Request Has Reached API Concurrent Limit, Please Try Later" }],
  [50500, { status: 500, message: "Internal Error" }],
  [50501, { status: 500, message: "Internal RPC Error" }],
  [50511, { status: 400, message: "Post Img Risk Not Pass" }],
  [50512, { status: 400, message: "Post Text Risk Not Pass" }],
  [50513, { status: 400, message: "Pre Video Risk Not Pass", atSubmit: true }],
  [50514, { status: 400, message: "Pre Audio Risk Not Pass", atSubmit: true }],
  [50516, { status: 400, message: "Post Video Risk Not Pass" }],
  [50517, { status: 400, message: "Post Audio Risk Not Pass" }],
  [50518, { status: 400, message: "Pre Img Risk Not Pass: Copyright", atSubmit: true }],
  [50519, { status: 400, message: "Post Img Risk Not Pass: Copyright" }],
  [50520, { status: 400, message: "Risk Internal Error" }],
  [50521, { status: 400, message: "Antidirt Internal Error" }],
  [50522, { status: 400, message: "Image Copyright Internal Error" }],
  [60102, { status: 400, message: "Face detect failed" }],
  [60208, { status: 400, message: "Leader risk" }],
])

export interface GatewayCode {
  readonly code: string
  /** Absent where no document gives it. */
  readonly codeN?: number
  readonly status: number
}

export const gatewayCodes = {
  missingParameter: { code: "MissingParameter", codeN: 100002, status: 400 },
  missingToken: { code: "MissingAuthenticationToken", codeN: 100003, status: 401 },
  missingInfo: { code: "MissingRequestInfo", codeN: 100004, status: 400 },
  missingSignature: { code: "MissingSignature", codeN: 100005, status: 401 },
  // Two of the documents that list it say 403; five say 400.
  invalidTimestamp: { code: "InvalidTimestamp", codeN: 100006, status: 400 },
  invalidAction: { code: "InvalidActionOrVersion", codeN: 100008, status: 404 },
  invalidKey: { code: "InvalidAccessKey", codeN: 100009, status: 401 },
  signature: { code: "SignatureDoesNotMatch", codeN: 100010, status: 401 },
  accessDenied: { code: "AccessDenied", codeN: 100013, status: 403 },
  internal: { code: "InternalError", codeN: 100014, status: 500 },
  timeout: { code: "InternalServiceTimeout", codeN: 100016, status: 504 },
  flowLimit: { code: "FlowLimitExceeded", codeN: 100018, status: 429 },
  invalidToken: { code: "InvalidSecretToken", codeN: 100026, status: 401 },
  invalidAuthorization: { code: "InvalidAuthorization", status: 400 },
  invalidCredential: { code: "InvalidCredential", status: 400 },
  unavailable: { code: "ServiceUnavailableTemp", status: 503 },
  badGateway: { code: "InternalServiceError", status: 502 },
} as const satisfies Readonly<Record<string, GatewayCode>>
