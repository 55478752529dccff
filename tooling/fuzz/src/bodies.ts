/** Bodies for an operation: from one that it takes to one that nobody could read. */
import type { Chance } from "./Chance.ts"
import type { Contract, Operation } from "./Contract.ts"
import { sample } from "./sample.ts"
import { strangeBytes, strangeText, strangeValue } from "./strange.ts"

export interface Body {
  readonly contentType: string | undefined
  readonly bytes: Buffer
}

/** What a create asks for where the document cannot know it: the model's own input. */
export interface Example {
  readonly model: string
  readonly input: Readonly<Record<string, unknown>>
  /** A file that the model takes, and its field. */
  readonly file: { readonly field: string; readonly bytes: Buffer }
}

export const bodyFor = (
  chance: Chance,
  contract: Contract,
  operation: Operation,
  examples: ReadonlyArray<Example>,
): Body | undefined => {
  const types = Object.keys(operation.bodies)
  // Who takes no body may be sent one, too.
  if (types.length === 0 && chance.often(0.8)) return undefined
  const type = chance.any(types) ?? "application/json"
  const value = spoilt(chance, valueFor(chance, contract, operation, examples))
  if (type === "multipart/form-data") return multipart(chance, value, chance.any(examples)?.file)
  const json = JSON.stringify(value) ?? "null"
  const bytes = chance.often(0.25) ? strangeBytes(chance, json) : Buffer.from(json)
  return { contentType: chance.often(0.12) ? otherType(chance) : type, bytes }
}

const otherType = (chance: Chance): string | undefined =>
  chance.pick([
    undefined,
    "",
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "application/json;;;",
    "APPLICATION/JSON",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    'multipart/form-data; boundary=""',
    "application/octet-stream",
    "*/*",
  ])

const valueFor = (
  chance: Chance,
  contract: Contract,
  operation: Operation,
  examples: ReadonlyArray<Example>,
): unknown => {
  const schema = operation.bodies["application/json"]?.schema
  const value = schema === undefined ? {} : sample(chance, schema, contract.resolved)
  const example = chance.any(examples)
  if (example === undefined || !isRecord(value) || !("model" in value)) return value
  const { input, model } = example
  // One contract has the model's fields inside `input`, the other beside the model.
  return "input" in value
    ? {
        ...value,
        model,
        input: chance.often(0.7) ? input : { prompt: input["prompt"] },
        account: undefined,
      }
    : { model, prompt: input["prompt"], input_reference: { image_url: input["image"] } }
}

/** Mostly a little, sometimes nothing, sometimes everything. */
const spoilt = (chance: Chance, value: unknown): unknown => {
  if (chance.often(0.3)) return value
  if (chance.often(0.06)) return strangeValue(chance)
  return spoiltWithin(chance, value, 0)
}

const spoiltWithin = (chance: Chance, value: unknown, depth: number): unknown => {
  if (!isRecord(value) || depth > 3) return strangeValue(chance)
  const names = Object.keys(value)
  const name = chance.any(names)
  switch (chance.whole(0, 4)) {
    case 0:
      return { ...value, [strangeText(chance).slice(0, 200)]: strangeValue(chance) }
    case 1:
      return Object.fromEntries(Object.entries(value).filter(([one]) => one !== name))
    case 2:
      return name === undefined ? value : { ...value, [name]: [value[name], value[name]] }
    default:
      return name === undefined
        ? strangeValue(chance)
        : { ...value, [name]: spoiltWithin(chance, value[name], depth + 1) }
  }
}

const multipart = (chance: Chance, value: unknown, real: Example["file"] | undefined): Body => {
  const boundary = `fuzz${chance.whole(1, 1e9)}`
  const parts: Array<Buffer> = []
  const add = (disposition: string, type: string | undefined, content: Buffer): void => {
    const head = `--${boundary}\r\nContent-Disposition: ${disposition}\r\n${type === undefined ? "" : `Content-Type: ${type}\r\n`}\r\n`
    parts.push(Buffer.from(head), content, Buffer.from("\r\n"))
  }
  if (chance.often(0.85)) {
    const json = JSON.stringify(value) ?? "null"
    add(
      'form-data; name="request"',
      undefined,
      chance.often(0.1) ? strangeBytes(chance, json) : Buffer.from(json),
    )
  }
  if (isRecord(value) && chance.often(0.5)) {
    for (const [name, inner] of Object.entries(value)) {
      add(`form-data; name="${quoted(name)}"`, undefined, Buffer.from(String(inner)))
    }
  }
  if (real !== undefined && chance.often(0.4)) {
    const field = chance.often(0.7) ? real.field : "input_reference"
    add(`form-data; name="${field}"; filename="a.jpg"`, "image/jpeg", real.bytes)
  }
  for (let count = chance.pick([0, 0, 0, 1, 2, 20]); count > 0; count--) {
    const name = chance.pick([
      "image",
      "input_reference",
      "request",
      "video",
      quoted(strangeText(chance)),
    ])
    const file = chance.pick(["a.jpg", "../../etc/passwd", "", quoted(strangeText(chance))])
    const disposition = chance.pick([
      `form-data; name="${name}"; filename="${file}"`,
      `form-data; name="${name}"`,
      "form-data",
      `attachment; filename="${file}"`,
      `form-data; name=${name}`,
    ])
    const type = chance.pick([undefined, "image/jpeg", "image/png", "text/html", "nonsense"])
    add(disposition, type, chance.bytes(chance.pick([0, 1, 100, 5_000])))
  }
  if (chance.often(0.85)) parts.push(Buffer.from(`--${boundary}--\r\n`))
  const named = chance.often(0.05) ? `${boundary}x` : boundary
  const bytes = Buffer.concat(parts)
  return {
    contentType: `multipart/form-data; boundary=${named}`,
    bytes: chance.often(0.05) ? bytes.subarray(0, chance.whole(0, bytes.length)) : bytes,
  }
}

const quoted = (text: string): string => text.replace(/[\r\n"]/g, "_").slice(0, 300)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
