/** The body of a create: JSON, or parts where files come along. */
import type { Generation as Wire } from "@zoetrope/api"
import { Predicate } from "effect"

export const bodyOf = ({
  input,
  ...request
}: Omit<Wire.Create, "input"> & {
  /** Files as bytes. */
  readonly input: unknown
}): Wire.Create | FormData => {
  const fields = Object.entries(Predicate.isObject(input) ? input : {})
  const files = fields.flatMap(([name, value]) =>
    value instanceof Uint8Array ? [[name, value] as const] : [],
  )
  const plain: Wire.Create = {
    ...request,
    input: Object.fromEntries(fields.filter(([, value]) => !(value instanceof Uint8Array))),
  }
  if (files.length === 0) return plain
  const form = new FormData()
  form.set("request", JSON.stringify(plain))
  for (const [name, bytes] of files) form.set(name, new Blob([Uint8Array.from(bytes)]), name)
  return form
}
