/**
 * Pages of modules: each has the name that it is imported by, the header of its file, which TypeDoc by
 * itself takes only where it bears a tag, and that of a package its README.
 */
import { readFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import {
  type Application,
  Comment,
  type CommentDisplayPart,
  CommentTag,
  type Context,
  Converter,
  type DeclarationReflection,
  type DocumentReflection,
  type FileRegistry,
  MinimalSourceFile,
  normalizePath,
  ReflectionKind,
} from "typedoc"
import { headerOf } from "./headerOf.ts"
import type { PublicModule } from "./publicModules.ts"

/** To be called before the conversion. */
export const describeModules = (app: Application, modules: ReadonlyArray<PublicModule>): void => {
  const byFile = new Map(modules.map((module) => [normalizePath(module.file), module]))
  const parse = (path: string, text: string, files: FileRegistry): Array<CommentDisplayPart> =>
    app.converter.parseRawComment(new MinimalSourceFile(text, normalizePath(path)), files).content

  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context: Context, page) => {
    if (!page.kindOf(ReflectionKind.Module | ReflectionKind.Namespace)) return
    const symbol = context.getSymbolFromReflection(page)
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName
    if (file === undefined) return
    const { files } = context.project
    const header = headerOf(readFileSync(file, "utf8"))
    if (header !== undefined) {
      page.comment = new Comment(
        parse(file, header.summary, files),
        header.tags.map(({ name, text }) => new CommentTag(name, parse(file, text, files))),
      )
    }
    const module = byFile.get(normalizePath(file))
    if (module === undefined || !page.kindOf(ReflectionKind.Module)) return
    page.name = module.name
    if (!module.isPackage) return
    const readme = join(module.folder, "README.md")
    page.readme = parse(readme, readFileSync(readme, "utf8"), files)
    leadTo(page, readme)
  })

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const path = document.project.files.getReflectionPath(document)
    if (path !== undefined && basename(path) === "README.md") leadTo(document, path)
  })
}

/** Links to a README, or to the folder in which it lies, lead to its page. */
const leadTo = (page: DeclarationReflection | DocumentReflection, readme: string): void => {
  for (const target of [readme, dirname(readme)]) {
    page.project.files.registerReflectionPath(normalizePath(target), page)
  }
}
