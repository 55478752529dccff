/**
 * `./zoe reference`: an HTML reference of the published packages, from their docstrings. What does not
 * hold of it (see `validate.ts`) is printed, and the command fails.
 */
import { join } from "node:path"
import { application } from "./application.ts"
import { packagesOf, publicModules } from "./publicModules.ts"
import { validate } from "./validate.ts"

const here = join(import.meta.dirname, "..")
const root = join(here, "../..")
const out = join(root, "reference")

/** What READMEs and docstrings refer to. */
const documents = [
  "apps/cli/README.md",
  "docs/*.md",
  "docs/decisions/*.md",
  "examples/README.md",
  "examples/acme/README.md",
]

const modules = publicModules(root)
const app = await application({
  root,
  modules,
  tsconfig: join(here, "tsconfig.source.json"),
  welcome: join(here, "welcome.md"),
  documents: documents.map((pattern) => join(root, pattern)),
})
const project = await app.convert()
if (project !== undefined) {
  validate(app, project, packagesOf(modules))
  await app.generateDocs(project, out)
}
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) {
  process.exitCode = 1
} else {
  console.log(`the reference begins at ${join(out, "index.html")}`)
}
