/** One source file, reduced to what the rules ask about: what it imports, and which names it uses. */
import { parseSync, Visitor, type Expression, type ModuleExportName } from "oxc-parser"

export interface Import {
  readonly specifier: string
  readonly line: number
  /** Loaded when it is needed, by `import()`, and not with the file. */
  readonly isLazy: boolean
}

/** A name in use: `Effect.catchAll`, whatever Effect was called when it was imported, or `new Date()`. */
export interface Use {
  readonly name: string
  readonly line: number
}

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string
  /** From the root of its package, with `/`. */
  readonly pathInPackage: string
  readonly imports: ReadonlyArray<Import>
  readonly uses: ReadonlyArray<Use>
}

/** Throws an error that names the file when the text does not parse. */
export const parseSource = (path: string, pathInPackage: string, text: string): SourceFile => {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)

  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]
  const lineOf = (offset: number): number =>
    lineStarts.findLastIndex((start) => start <= offset) + 1

  const imports: Array<Import> = []
  const uses: Array<Use> = []
  /** Local names of Effect's modules: `E` of `import { Effect as E } from "effect"`. */
  const modules = new Map<string, string>()
  const addImport = (
    source: { readonly value: string; readonly start: number } | null,
    isLazy = false,
  ): void => {
    if (source === null) return
    imports.push({ specifier: source.value, line: lineOf(source.start), isLazy })
  }

  new Visitor({
    ImportDeclaration: ({ source, specifiers }) => {
      addImport(source)
      const module = /^effect(?:\/(?<name>\w+))?$/.exec(source.value)
      if (module === null) return
      for (const specifier of specifiers) {
        const { local } = specifier
        if (specifier.type === "ImportNamespaceSpecifier") {
          modules.set(local.name, module.groups!["name"] ?? local.name)
        } else if (specifier.type === "ImportSpecifier") {
          const imported = nameOf(specifier.imported)
          if (module.groups!["name"] === undefined) modules.set(local.name, imported)
          else
            uses.push({ name: `${module.groups!["name"]}.${imported}`, line: lineOf(local.start) })
        }
      }
    },
    ExportNamedDeclaration: ({ source }) => addImport(source),
    ExportAllDeclaration: ({ source }) => addImport(source),
    ImportExpression: ({ source }) => addImport(literal(source), true),
    TSImportType: ({ source }) => addImport(source),
    TSExternalModuleReference: ({ expression }) => addImport(expression),
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type === "Identifier" && callee.name === "require" && first !== undefined) {
        addImport(first.type === "SpreadElement" ? null : literal(first))
      }
    },
    MemberExpression: (node) => {
      if (node.object.type !== "Identifier" || node.property.type !== "Identifier" || node.computed)
        return
      const object = modules.get(node.object.name) ?? node.object.name
      uses.push({ name: `${object}.${node.property.name}`, line: lineOf(node.start) })
    },
    TSQualifiedName: ({ left, right, start }) => {
      if (left.type !== "Identifier") return
      uses.push({
        name: `${modules.get(left.name) ?? left.name}.${right.name}`,
        line: lineOf(start),
      })
    },
    NewExpression: (node) => {
      if (node.callee.type === "Identifier" && node.arguments.length === 0) {
        uses.push({ name: `new ${node.callee.name}()`, line: lineOf(node.start) })
      }
    },
  }).visit(program)

  return { path, pathInPackage, imports, uses }
}

const nameOf = (name: ModuleExportName): string =>
  name.type === "Literal" ? name.value : name.name

/** Text that is written out. A computed specifier is nobody's import that could be judged. */
const literal = (node: Expression): { readonly value: string; readonly start: number } | null => {
  if (node.type === "Literal" && typeof node.value === "string") {
    return { value: node.value, start: node.start }
  }
  const [quasi] =
    node.type === "TemplateLiteral" && node.expressions.length === 0 ? node.quasis : []
  return quasi === undefined ? null : { value: quasi.value.cooked ?? "", start: node.start }
}
