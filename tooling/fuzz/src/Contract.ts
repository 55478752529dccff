/**
 * The server's own OpenAPI document, read as a stranger reads it: which operations there are, what each
 * takes, and whether an answer is one that it announces. Knows nothing that is not in the document.
 */
import { Ajv2020 } from "ajv/dist/2020.js"

export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: ReadonlyArray<unknown>
  readonly examples?: ReadonlyArray<unknown>
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: ReadonlyArray<string>
  readonly anyOf?: ReadonlyArray<Schema>
  readonly oneOf?: ReadonlyArray<Schema>
  readonly items?: Schema
  readonly minimum?: number
  readonly maximum?: number
}

export interface Parameter {
  readonly name: string
  readonly in: "path" | "query" | "header"
  readonly schema: Schema
}

interface Media {
  readonly schema?: Schema
}

export interface Operation {
  /** In capitals. */
  readonly method: string
  /** `/api/v1/generations/{id}` */
  readonly template: string
  readonly parameters: ReadonlyArray<Parameter>
  /** What it takes, by media type. */
  readonly bodies: Readonly<Record<string, Media>>
  readonly wantsKey: boolean
}

export interface Answer {
  readonly status: number
  readonly mediaType: string | undefined
  /** `undefined` where it was not read to its end. */
  readonly body: Buffer | undefined
}

export interface Contract {
  readonly operations: ReadonlyArray<Operation>
  /** A schema without its references to others. */
  readonly resolved: (schema: Schema) => Schema
  /** What is wrong with an answer; empty where nothing is. `HEAD` is judged as its `GET`. */
  readonly faultsOf: (method: string, operation: Operation, answer: Answer) => ReadonlyArray<string>
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

interface Described {
  readonly parameters?: ReadonlyArray<Parameter>
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> }
  readonly security?: ReadonlyArray<unknown>
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Media>> }>
  >
}

export const contractOf = (document: Document): Contract => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ ...document, $id: "document" }, "document")
  const described = new Map<Operation, Described>()
  for (const [template, operations] of Object.entries(document.paths)) {
    for (const [name, one] of Object.entries(operations)) {
      described.set(
        {
          method: name.toUpperCase(),
          template,
          parameters: one.parameters ?? [],
          bodies: one.requestBody?.content ?? {},
          wantsKey: (one.security ?? []).length > 0,
        },
        one,
      )
    }
  }
  const resolved = (schema: Schema): Schema => {
    const name = schema.$ref?.split("/").at(-1)
    return name === undefined ? schema : (document.components.schemas[name] ?? {})
  }
  const schemaFault = (operation: Operation, status: number, mediaType: string, body: Buffer) => {
    const { method, template } = operation
    const pointer = [
      "paths",
      template,
      method.toLowerCase(),
      "responses",
      status,
      "content",
      mediaType,
    ]
      .map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1"))
      .map(encodeURIComponent)
      .join("/")
    const validate = ajv.compile({ $ref: `document#/${pointer}/schema` })
    try {
      return validate(JSON.parse(body.toString()))
        ? []
        : [`${status} is not as announced: ${ajv.errorsText(validate.errors)}`]
    } catch (error) {
      return [`${status} holds no JSON: ${String(error)}`]
    }
  }
  return {
    operations: [...described.keys()],
    resolved,
    faultsOf: (method, operation, { body, mediaType, status }) => {
      const announced = described.get(operation)?.responses[String(status)]
      if (announced === undefined) return [`${status} is not announced`]
      if (method === "HEAD") return []
      if (announced.content === undefined) {
        return (body?.length ?? 0) === 0 ? [] : [`${status} should have no body`]
      }
      if (mediaType === undefined || announced.content[mediaType] === undefined) {
        return [`${status} as ${mediaType} is not announced`]
      }
      return body === undefined || !mediaType.endsWith("json")
        ? []
        : schemaFault(operation, status, mediaType, body)
    },
  }
}
