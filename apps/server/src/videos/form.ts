/**
 * A create of `/v1/videos` that comes in parts, as an object: `a[b]` is a member, `a[]` one more of a
 * list. Texts stay texts, files become bytes; what they mean is `inputOf.ts`. Names of files are not
 * looked at, and nothing touches the disk.
 */
import { Problem } from "@zoetrope/api"
import { Effect, Stream } from "effect"
import type { Multipart } from "effect/http"

export type Fields = Readonly<Record<string, unknown>>

/** Reads all parts; how large they may be is said where the route is. */
export const readForm = Effect.fnUntraced(function* (
  parts: Stream.Stream<Multipart.Part, Multipart.MultipartError>,
) {
  const fields: Tree = {}
  yield* Stream.runForEach(
    parts,
    Effect.fnUntraced(function* (part) {
      const value = part._tag === "Field" ? part.value : yield* part.contentEffect
      const wrong = put(fields, part.key, value)
      if (wrong !== undefined) {
        return yield* new Problem.InvalidRequest({
          detail: "the parts of the request cannot be read",
          errors: [{ in: "body", path: `/${part.key.slice(0, 100)}`, message: wrong }],
        })
      }
    }),
  ).pipe(Effect.catchTag("MultipartError", (error) => Effect.die(error)))
  return fields
})

interface Tree {
  [name: string]: Branch
}
type Branch = string | Uint8Array | Tree | Array<Branch>

/** Three levels are more than any model's input has. */
const form = /^([A-Za-z0-9_.-]{1,100})((?:\[[A-Za-z0-9_.-]{0,100}\]){0,3})$/

/** Puts a value where its name says; or tells why not. */
const put = (fields: Tree, name: string, value: string | Uint8Array): string | undefined => {
  const [, first, rest] = form.exec(name) ?? []
  if (first === undefined || rest === undefined) return "is no name of a field"
  const path = [first, ...Array.from(rest.matchAll(/\[([^\]]*)\]/g), ([, step = ""]) => step)]
  // Every object has something of this name, which is no field.
  if (path.includes("__proto__")) return "is no name of a field"
  let at: Tree | Array<Branch> = fields
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1
    const next: Branch = isLast ? value : path[index + 1] === "" ? [] : {}
    if (Array.isArray(at)) {
      if (step !== "") return "is a list and an object at once"
      at.push(next)
      if (!isLast) at = next as Tree | Array<Branch>
      continue
    }
    if (step === "") return "is a list and an object at once"
    const there: Branch | undefined = Object.hasOwn(at, step) ? at[step] : undefined
    if (there === undefined) {
      at[step] = next
      if (!isLast) at = next as Tree | Array<Branch>
      continue
    }
    if (isLast || typeof there === "string" || there instanceof Uint8Array) return "is there twice"
    at = there
  }
  return undefined
}
