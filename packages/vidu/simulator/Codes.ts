/**
 * The codes of the service, as read from its documents for the simulator: HTTP status, message and
 * whether a check finds it before there is a task. Written apart from the adapter's own table, so
 * that the two can be held against each other.
 *
 * The table with HTTP statuses is an older one; codes that came later stand in the newer one without
 * a status and are 400 here. One list serves answers with an HTTP error and the `err_code` of tasks.
 *
 * @see https://platform.vidu.cn/docs/error-code (copies, the newer one of 2026-08)
 * @see https://platform.vidu.com/docs/error-code
 */

export interface Code {
  /** HTTP status. */
  readonly status: number
  /** `{fields}` stands for the names of fields. */
  readonly message: string
  /** Whether it is found before there is a task; otherwise it is how a task fails. */
  readonly atCreate?: true
}

const table = {
  BadRequest: { status: 400, message: "bad request", atCreate: true },
  FieldLacking: { status: 400, message: "field is missing or empty: {fields}", atCreate: true },
  FieldUnwanted: { status: 400, message: "unwanted field: {fields}", atCreate: true },
  FieldInvalid: { status: 400, message: "invalid field: {fields}", atCreate: true },
  FieldItemCountOutOfRange: {
    status: 400,
    message: "item count out of range: {fields}",
    atCreate: true,
  },
  PageSizeOutOfRange: { status: 400, message: "page size out of range" },
  ImageDownloadFailure: { status: 400, message: "image download failure" },
  ImageFormatInvalid: { status: 400, message: "image format invalid" },
  OperationInProcess: { status: 400, message: "operation in process", atCreate: true },
  TaskPromptPolicyViolation: {
    status: 400,
    message: "task prompt policy violation",
    atCreate: true,
  },
  AuditSubmitIllegal: { status: 400, message: "audit submit illegal", atCreate: true },
  CreditInsufficient: { status: 400, message: "insufficient credits", atCreate: true },
  CreationPolicyViolation: { status: 400, message: "creation policy violation" },
  ModelUnavailable: { status: 400, message: "model unavailable", atCreate: true },
  UserCancelled: { status: 400, message: "user cancelled" },
  Unauthorized: { status: 401, message: "unauthorized", atCreate: true },
  Forbidden: { status: 403, message: "forbidden", atCreate: true },
  TaskNotFound: { status: 404, message: "task not found", atCreate: true },
  CreationNotFound: { status: 404, message: "creation not found", atCreate: true },
  NotFound: { status: 404, message: "not found", atCreate: true },
  Conflict: { status: 409, message: "conflict", atCreate: true },
  QuotaExceeded: { status: 429, message: "quota exceeded", atCreate: true },
  TooManyRequests: { status: 429, message: "too many requests", atCreate: true },
  SystemThrottling: { status: 429, message: "system throttling", atCreate: true },
  Canceled: { status: 499, message: "canceled" },
  InternalServiceFailure: { status: 500, message: "internal service failure" },
  ImageCheckBodyJointsFailed: { status: 400, message: "image check body joints failed" },
  ImageCheckFaceFailed: { status: 400, message: "image check face failed" },
  ImageObjectsUndetected: { status: 400, message: "image objects undetected" },
  Unknown: { status: 400, message: "unknown" },
  FaceDetectFailure: { status: 400, message: "face detect failure" },
  VideoDownloadFailure: { status: 400, message: "video download failure" },
  VideoFormatInvalid: { status: 400, message: "video format invalid" },
  FaceDetectNotPass: { status: 400, message: "face detect not pass" },
  PhotoAuditNotPass: { status: 400, message: "photo audit not pass" },
  NoFaceDetected: { status: 400, message: "no face detected" },
  MultiFaceDetected: { status: 400, message: "multi face detected" },
  AuditFailed: { status: 400, message: "audit failed" },
  ImageSizeInvalid: { status: 400, message: "image size invalid" },
  // Not in the table: how the service's framework says that it cannot read an id, a query or JSON.
  CODEC: { status: 400, message: "codec", atCreate: true },
} as const satisfies Readonly<Record<string, Code>>

export type Reason = keyof typeof table

export const codes: ReadonlyMap<string, Code> = new Map<string, Code>(Object.entries(table))
