/** What a query for a result is answered: the task's state, and once it is done its film or its failure. */
import { createHash } from "node:crypto"
import type { FilmFile, Phase, Task, World } from "@zoetrope/simulator"
import { businessCodes } from "./Codes.ts"
import { Refusal } from "./Envelope.ts"
import type { Model } from "./Models.ts"
import { type Body, isBody, notAllowed, onlyNames, optional, required } from "./Parameters.ts"
import type { Trigger } from "./Triggers.ts"

export interface Result {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

export interface ResultRequest {
  readonly model: Model
  readonly task: Task
  readonly trigger: Trigger
  readonly tagged: boolean
}

export const notFound: Result = {
  code: 10000,
  message: "Success",
  data: { status: "not_found" },
}

export const resultOf = (request: ResultRequest, world: World): Result => {
  const { model, task, trigger } = request
  const phase = task.phase()
  switch (phase._tag) {
    case "Forgotten":
      return notFound
    case "Queued":
      return success({ status: "in_queue" })
    case "Generating": {
      const details = model.detailed ? { resp_data: respData(request, phase) } : {}
      return success({ status: "generating", ...details })
    }
    case "Failed": {
      const code = Number(phase.code ?? 50500)
      const message = businessCodes.get(code)?.message ?? "Unknown Error"
      const withData = trigger.failure?.withData ?? true
      return { code, message, data: withData ? { status: "done" } : null }
    }
    case "Succeeded": {
      if (trigger.state !== undefined) return success({ status: trigger.state })
      return success({
        ...(model.detailed
          ? { binary_data_base64: [], image_urls: null, resp_data: respData(request, phase) }
          : {}),
        ...(request.tagged ? { aigc_meta_tagged: true } : {}),
        status: "done",
        [model.link]: world.link(task),
      })
    }
  }
}

const success = (data: Body): Result => ({ code: 10000, message: "Success", data })

/**
 * Whether a query's `req_json` carries a mark for generated content; throws `Refusal` for one that
 * is not as documented.
 */
export const readMeta = (body: Body): boolean => {
  const text = optional.text(body, "req_json")
  if (text === undefined) return false
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Refusal(50204, "Parse args failed: req_json is not JSON")
  }
  if (!isBody(parsed)) throw new Refusal(50204, "Parse args failed: req_json is not an object")
  onlyNames(parsed, ["aigc_meta"], "req_json.")
  const meta = optional.object(parsed, "aigc_meta")
  if (meta === undefined) return false
  const names = ["content_producer", "producer_id", "content_propagator", "propagate_id"]
  onlyNames(meta, names, "aigc_meta.")
  for (const name of names) {
    const value = optional.text(meta, name) ?? ""
    if (value.length > 256) throw notAllowed(name, `${value.length} characters`, "at most 256")
  }
  required(meta["producer_id"], "aigc_meta.producer_id")
  required(meta["content_propagator"], "aigc_meta.content_propagator")
  return true
}

/** JSON within the JSON, in the form of the single-image driving document's example. */
const respData = (
  { task }: ResultRequest,
  phase: Extract<Phase, { _tag: "Generating" | "Succeeded" }>,
): string => {
  const received = Math.floor(task.acceptedAt / 1000)
  const done = phase._tag === "Succeeded"
  return JSON.stringify({
    progress: done ? 100 : Math.floor(phase.progress * 100),
    received_at: received,
    processed_at: received,
    finished_at: done ? Math.floor(phase.at / 1000) : 0,
    binary_data_url_list: [],
    binary_data_info_list: [],
    code: 0,
    message: "success",
    vid: done ? [`v030ad${hashOf(task.id).slice(0, 26)}`] : [],
    video_meta: done ? [videoMeta(task, phase.file)] : [],
  })
}

const videoMeta = (task: Task, file: FilmFile) => ({
  Uri: `tos-cn-v-242bcc/${hashOf(task.id).slice(0, 36)}`,
  Height: file.height,
  Width: file.width,
  OriginHeight: file.height,
  OriginWidth: file.width,
  Duration: Number(file.seconds.toFixed(3)),
  Bitrate: Math.round((file.size * 8) / file.seconds),
  Md5: file.md5,
  Format: "MP4",
  Size: file.size,
  FileType: "video",
  Codec: "h264",
})

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")
