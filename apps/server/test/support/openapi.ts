/** Answers held against our own OpenAPI document: a status, a media type or a field that is not in it is a failure. */
import { Api } from "@zoetrope/api"
import { Ajv2020 } from "ajv/dist/2020.js"
import { OpenApi } from "effect/http-api"

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

export const document = OpenApi.fromApi(Api.Api)

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema({ ...document, $id: "api" }, "api")

/** The operation of a request, or `undefined` where the document knows none. */
const operationOf = (
  method: string,
  path: string,
): { readonly operation: Operation; readonly pointer: string } | undefined => {
  for (const [template, operations] of Object.entries(document.paths)) {
    const pattern = new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`)
    const name = method === "HEAD" ? "get" : method.toLowerCase()
    const operation = (operations as unknown as Record<string, Operation | undefined>)[name]
    if (operation !== undefined && pattern.test(path)) {
      return { operation, pointer: `#/paths/${escaped(template)}/${name}/responses` }
    }
  }
  return undefined
}

const escaped = (text: string): string =>
  encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"))

/** What is wrong with an answer, by the document; empty where nothing is. */
export const faultsOf = (
  request: { readonly method: string; readonly path: string },
  answer: {
    readonly status: number
    readonly contentType: string | undefined
    readonly text: string
  },
): ReadonlyArray<string> => {
  const { method, path } = request
  const known = operationOf(method, path)
  const mediaType = answer.contentType?.split(";")[0]
  if (known === undefined) {
    if (!path.startsWith("/api/")) return []
    return answer.status === 404 || answer.status === 403
      ? problemFaults(mediaType, answer.text)
      : [`${method} ${path} is in no document and answers ${answer.status}`]
  }
  const response = known.operation.responses[String(answer.status)]
  if (response === undefined) return [`${method} ${path}: ${answer.status} is not documented`]
  if (response.content === undefined) {
    return answer.text === "" ? [] : [`${method} ${path}: ${answer.status} should have no body`]
  }
  if (method === "HEAD") return []
  if (mediaType === undefined || response.content[mediaType] === undefined) {
    return [`${method} ${path}: ${answer.status} as ${mediaType} is not documented`]
  }
  if (!mediaType.endsWith("json")) return []
  const $ref = `api${known.pointer}/${answer.status}/content/${escaped(mediaType)}/schema`
  return schemaFaults({ $ref }, answer.text).map((fault) => `${method} ${path}: ${fault}`)
}

const problemFaults = (mediaType: string | undefined, text: string): ReadonlyArray<string> =>
  mediaType === "application/problem+json"
    ? schemaFaults({ type: "object", required: ["type", "title", "status", "code"] }, text)
    : [`an error as ${mediaType}`]

const schemaFaults = (schema: object, text: string): ReadonlyArray<string> => {
  const validate = ajv.compile(schema)
  return validate(JSON.parse(text))
    ? []
    : (validate.errors ?? []).map(
        ({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`,
      )
}
