/** TypeDoc, set up for packages that share one repository, one program and one reference. */
import { relative } from "node:path"
import { Application, LogLevel, OptionDefaults } from "typedoc"
import { describeModules } from "./describeModules.ts"
import { showEffectClasses } from "./effectClasses.ts"
import { showEffectFunctions } from "./effectFunctions.ts"
import type { PublicModule } from "./publicModules.ts"

export interface Sources {
  /** Of the repository. */
  readonly root: string
  readonly modules: ReadonlyArray<PublicModule>
  /** A tsconfig.json that includes the files of all modules. */
  readonly tsconfig: string
  /** The first page, in Markdown. */
  readonly welcome: string
  /** Patterns of further pages in Markdown. */
  readonly documents: ReadonlyArray<string>
}

export const application = async (sources: Sources): Promise<Application> => {
  const app = await Application.bootstrap({
    name: "Zoetrope",
    logLevel: LogLevel.Warn,
    readme: sources.welcome,
    entryPoints: sources.modules.map(({ file }) => relative(process.cwd(), file)),
    projectDocuments: [...sources.documents],
    tsconfig: sources.tsconfig,
    basePath: sources.root,
    disableSources: true,
    excludeExternals: true,
    excludePrivate: true,
    // Types are checked by `tsc -b`, with the compiler that the repository pins.
    skipErrorChecking: true,
    requiredToBeDocumented: ["Module", "Namespace", "Function", "Class", "Variable"],
    highlightLanguages: [...OptionDefaults.highlightLanguages, "csv", "nginx"],
    sort: ["source-order"],
    groupOrder: [
      "Modules",
      "Namespaces",
      "Functions",
      "Classes",
      "Interfaces",
      "Type Aliases",
      "Variables",
      "Service",
      "Properties",
      "Accessors",
      "Methods",
      "*",
    ],
    navigation: { includeGroups: false },
  })
  showEffectFunctions(app)
  showEffectClasses(app)
  describeModules(app, sources.modules)
  return app
}
