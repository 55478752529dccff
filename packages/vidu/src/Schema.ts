/**
 * What goes over the wire, and nothing else. Requests are strict: exactly the document's fields, since
 * the service refuses others (`FieldUnwanted`). Answers are tolerant: only the fields that are used are
 * named, and one of an unexpected type counts as absent.
 *
 * @see https://platform.vidu.cn/docs/image-to-video (read 2026-11-20)
 * @see https://platform.vidu.cn/docs/search-task-api (read 2026-11-20)
 */
import { NumberOrText, reader, rows, TextOrNumber, tolerant } from "@zoetrope/core/WireJson"
import { Schema } from "effect"

/** What every submit carries, whatever it makes. */
export interface CommonBody {
  readonly model: string
  readonly payload?: string
  readonly callback_url?: string
}

export interface Img2VideoBody extends CommonBody {
  readonly images: readonly [string]
  readonly prompt?: string
  readonly audio?: boolean
  readonly audio_type?: string
  readonly voice_id?: string
  readonly is_rec?: boolean
  readonly bgm?: boolean
  readonly duration?: number
  readonly seed?: number
  readonly resolution?: string
  readonly movement_amplitude?: string
  readonly off_peak?: boolean
  readonly watermark?: boolean
  readonly wm_position?: number
  readonly wm_url?: string
  readonly meta_data?: string
}

export type SubmitBody = Img2VideoBody

/** The service's error envelope; some relays put the word into `code` and leave `reason` out. */
export const ErrorBody = Schema.Struct({
  code: tolerant(TextOrNumber),
  reason: tolerant(Schema.String),
  message: tolerant(Schema.String),
  metadata: tolerant(Schema.Struct({ trace_id: tolerant(TextOrNumber) })),
})

/** Zero is how an answer without a task fills the field, where a language knows no "absent". */
const TaskId = TextOrNumber.check(Schema.isPattern(/[^0]/))

/** The answer to a submit. */
export const Created = Schema.Struct({
  task_id: tolerant(TaskId),
  state: tolerant(Schema.String),
})

/** One video that was made, with its links. */
export const Creation = Schema.Struct({
  id: tolerant(TextOrNumber),
  url: tolerant(Schema.NonEmptyString),
  watermarked_url: tolerant(Schema.NonEmptyString),
  cover_url: tolerant(Schema.NonEmptyString),
  video: tolerant(
    Schema.Struct({
      duration: tolerant(NumberOrText),
      fps: tolerant(NumberOrText),
      resolution: tolerant(
        Schema.Struct({ width: tolerant(NumberOrText), height: tolerant(NumberOrText) }),
      ),
    }),
  ),
})
export type Creation = typeof Creation.Type

/** The answer to a poll, and the body of a callback, whose document says `status` and shows `state`. */
export const Creations = Schema.Struct({
  state: tolerant(Schema.NonEmptyString),
  status: tolerant(Schema.NonEmptyString),
  err_code: tolerant(Schema.String),
  err_msg: tolerant(Schema.String),
  progress: tolerant(NumberOrText),
  credits: tolerant(NumberOrText),
  payload: tolerant(Schema.String),
  creations: rows(Creation),
})
export type Creations = typeof Creations.Type

/** A row of the task list. Its document knows no `payload`; one that is there is read. */
export const TaskRow = Schema.Struct({
  id: tolerant(TextOrNumber),
  model: tolerant(Schema.String),
  prompt: tolerant(Schema.String),
  payload: tolerant(Schema.NonEmptyString),
  created_at: tolerant(Schema.String),
})
export type TaskRow = typeof TaskRow.Type

/** A page of the task list. */
export const TaskList = Schema.Struct({
  next_page_token: tolerant(Schema.String),
  tasks: rows(TaskRow),
})
export type TaskList = typeof TaskList.Type

/** What is left of one kind of credits, and the tasks that run on it. */
export const Balance = Schema.Struct({
  type: tolerant(Schema.String),
  credit_remain: tolerant(NumberOrText),
  concurrency_limit: tolerant(NumberOrText),
  current_concurrency: tolerant(NumberOrText),
  queue_count: tolerant(NumberOrText),
})

/** The document's table calls the list `remaining_credits`, its sample `remains`. */
export const Balances = Schema.Struct({
  remains: rows(Balance),
  remaining_credits: rows(Balance),
})

/** An error envelope, of an answer with whatever status. `undefined` where it does not fit, as of all of these. */
export const readErrorBody = reader(ErrorBody)
/** The answer to a submit. */
export const readCreated = reader(Created)
/** The answer to a poll, and the body of a callback. */
export const readCreations = reader(Creations)
/** The answer to a search; `tasks` holds the rows that can be read. */
export const readTaskList = reader(TaskList)
/** The answer about credits, in both of its spellings. */
export const readBalances = reader(Balances)
