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
  MinimalSourceFile,
  normalizePath,
  ReflectionKind,
} from "typedoc"
import { headerOf } from "./headerOf.ts"
import type { PublicModule } from "./publicModules.ts"

/** To be called before the conversion. */
export const describeModules = (app: Application, modules: ReadonlyArray<PublicModule>): void => {
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_, document) => {
    const path = document.project.files.getReflectionPath(document)
    if (path !== undefined && basename(path) === "README.md") leadTo(document, path)
  })

  const byFile = new Map(modules.map((module) => [normalizePath(module.file), module]))

  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context: Context, page) => {
    if (!page.kindOf(ReflectionKind.Module | ReflectionKind.Namespace)) return
    const symbol = context.getSymbolFromReflection(page)
    const file = symbol?.declarations?.[0]?.getSourceFile().fileName
    if (file === undefined) return
    const parse = (text: string, path: string): Array<CommentDisplayPart> =>
      app.converter.parseRawComment(
        new MinimalSourceFile(text, normalizePath(path)),
        context.project.files,
      ).content

    const header = headerOf(readFileSync(file, "utf8"))
    if (header !== undefined) {
      page.comment = new Comment(
        parse(header.summary, file),
        header.tags.map(({ name, text }) => new CommentTag(name, parse(text, file))),
      )
    }
    const module = byFile.get(normalizePath(file))
    if (module !== undefined && page.kindOf(ReflectionKind.Module)) page.name = module.name
    if (module?.isPackage === true) page.readme = readmeOf(module, page)

    function readmeOf({ folder }: PublicModule, of: DeclarationReflection) {
      const path = join(folder, "README.md")
      leadTo(of, path)
      return parse(readFileSync(path, "utf8"), path)
    }
  })
}

/** Links to a README, or to the folder in which it lies, lead to its page. */
const leadTo = (page: DeclarationReflection | DocumentReflection, readme: string): void => {
  for (const target of [readme, dirname(readme)]) {
    page.project.files.registerReflectionPath(normalizePath(target), page)
  }
}
