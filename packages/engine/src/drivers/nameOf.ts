/**
 * A name by which a person finds a video again: what made it, when, and which one it was. Safe on every
 * file system, and not unique: who makes the file numbers what is taken.
 *
 * @example `jimeng-video-3.0-pro-20261120-140405-k3x9.mp4`
 */
import type { Artifact, Generation } from "../Generation.ts"

export const nameOf = (
  { createdAt, id, model }: Pick<Generation, "createdAt" | "id" | "model">,
  { kind, mediaType }: Pick<Artifact, "kind" | "mediaType">,
): string => {
  const [date = "", time = ""] = new Date(createdAt).toISOString().replace(/\.\d+/, "").split("T")
  const words = [
    model.slice(model.lastIndexOf("/") + 1),
    date.replaceAll("-", ""),
    time.replace(/\D/g, ""),
    id.slice(0, 4),
    ...(kind === "video" ? [] : [kind]),
  ]
  return `${words.map(safe).join("-")}.${extensionOf(kind, mediaType)}`
}

/** Letters, digits and inner dots and dashes; short enough for all of it to be a name anywhere. */
const safe = (word: string): string =>
  word
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9.]+/g, "-")
    .slice(0, 80)
    .replace(/^[-.]+|[-.]+$/g, "") || "x"

const extensions: Readonly<Record<string, string>> = {
  "video/mp4": "mp4",
  "video/quicktime": "mov",
  "video/webm": "webm",
  "video/x-matroska": "mkv",
  "image/jpeg": "jpg",
  "image/png": "png",
  "image/webp": "webp",
}

/** Where the kind of the file is not known, the one that is usual. */
const extensionOf = (kind: Artifact["kind"], mediaType = ""): string =>
  extensions[mediaType] ?? (kind === "cover" ? "jpg" : "mp4")
