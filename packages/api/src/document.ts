/**
 * Where the OpenAPI document says more than can be read off the schemas: that a file may be had in
 * parts, and that numbers in a query or a header are numbers to whoever writes one. Pure.
 */
/** An operation or the whole document, as the annotation of the module that writes it has it. */
// oxlint-disable-next-line typescript/no-explicit-any -- the type of `OpenApi.Transform`
type Json = Record<string, any>

/** Of an operation that answers with a file: the same bytes in part. */
export const withParts = (operation: Json): Json => ({
  ...operation,
  responses: {
    ...operation["responses"],
    206: { ...operation["responses"][200], description: "The part that was asked for" },
    304: { description: "The caller's copy is still the file" },
  },
})

/** Of an operation that words its errors as the named schema does, whatever the code behind it fails with. */
export const withErrors =
  (schema: string) =>
  (operation: Json): Json => ({
    ...operation,
    responses: Object.fromEntries(
      Object.entries<Json>(operation["responses"]).map(([status, response]) => [
        status,
        Number(status) < 400
          ? response
          : {
              description: "Why not",
              content: {
                "application/json": { schema: { $ref: `#/components/schemas/${schema}` } },
              },
            },
      ]),
    ),
  })

/** Of an operation with a parameter that is a whole number. */
export const withInteger =
  (
    name: string,
    schema: { readonly minimum: number; readonly maximum?: number; readonly default?: number },
  ) =>
  (operation: Json): Json => ({
    ...operation,
    parameters: operation["parameters"].map((parameter: Json) =>
      parameter["name"] === name
        ? { ...parameter, schema: { type: "integer", ...schema } }
        : parameter,
    ),
  })

/**
 * Of the whole document: names without what only tells two sides of a schema apart in the code, and no
 * schema that nothing refers to.
 */
export const tidied = (document: Json): Json => {
  const text = JSON.stringify(document, (key, value: unknown) =>
    key === "x-effect-stream" ? undefined : value,
  ).replaceAll("ProblemEncoded", "Problem")
  const { components, ...rest }: Json = JSON.parse(text)
  const schemas = Object.entries<unknown>(components.schemas).filter(([name]) =>
    text.includes(`"#/components/schemas/${name}"`),
  )
  return { ...rest, components: { ...components, schemas: Object.fromEntries(schemas) } }
}
