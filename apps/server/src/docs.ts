/** The pages for people: the API at `/docs`, and what each error code means at `/docs/errors`. */
import { Api, Problem } from "@zoetrope/api"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { HttpApiScalar } from "effect/http-api"

const errors = HttpRouter.use((router) =>
  router.add("GET", Problem.errorsPage, Effect.succeed(HttpServerResponse.html(errorsPage()))),
)

export const docs = Layer.mergeAll(
  HttpApiScalar.layer(Api.Api, { path: "/docs", scalar: { withDefaultFonts: false } }),
  errors,
)

const errorsPage = (): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Error codes of Zoetrope</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem }
  h2 { margin: 2rem 0 0 } :target { background: #ff06 }
</style>
<h1>Error codes</h1>
<p>Every answer that is an error is a problem by RFC 9457: <code>code</code> is one of these, <code>detail</code> says what happened, and <code>errors</code> names each field that is wrong.</p>
${Object.entries(Problem.codes)
  .map(
    ([code, { meaning, status, title }]) =>
      `<h2 id="${code}"><code>${code}</code> (${status})</h2>\n<p><b>${escaped(title)}.</b> ${escaped(meaning)}</p>`,
  )
  .join("\n")}
</html>
`

const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replace(/`([^`]+)`/g, "<code>$1</code>")
