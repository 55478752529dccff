/**
 * Zoetrope for programs that are written with promises: any provider, opened as an account whose
 * methods are awaited, with results kept and errors as classes. No knowledge of Effect is needed; what
 * decides about money is `Task` of `@zoetrope/core`, the same for both.
 *
 * It loads little: undici comes when the first account is opened, the download when the first result
 * is saved.
 */
export {
  type Account,
  type Openable,
  open,
  type SaveOptions,
  secret,
  type TaskOrHandle,
} from "./Account.ts"
export { ArtifactError } from "./ArtifactError.ts"
export { file, type InputOf, type LocalFile, type MediaSource } from "./MediaSource.ts"
export {
  Aborted,
  Cancelled,
  CancelRefused,
  ConcurrencyLimited,
  Forbidden,
  ForeignHandle,
  GenerationFailed,
  InvalidInput,
  InvalidRequest,
  Moderated,
  NothingSent,
  OutcomeUnknown,
  ProviderFault,
  RateLimited,
  type Reason,
  StillRunning,
  Unauthorized,
  Unavailable,
  UnknownCode,
  Unproven,
} from "@zoetrope/core/Reason"
export { TaskError } from "@zoetrope/core/TaskError"
export type { TaskEvent } from "@zoetrope/core/TaskEvent"
export { type TaskRef, toHandle } from "@zoetrope/core/TaskRef"
export type { TaskState } from "@zoetrope/core/TaskState"
