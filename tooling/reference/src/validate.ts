/**
 * What must hold of the reference: no broken link, nothing in a signature that is not exported, and a
 * docstring for every module, function, class and value, and for every field of options.
 *
 * TypeDoc asks most of this of one package, the project's own; here one project has several.
 */
import {
  type Application,
  type ProjectReflection,
  ReflectionKind,
  type TranslatedString,
} from "typedoc"

const ofPackage = { notExported: true, notDocumented: true }
const ofProject = {
  invalidLink: true,
  invalidPath: true,
  rewrittenLink: true,
  unusedMergeModuleWith: true,
}
const nothing = {
  notExported: false,
  notDocumented: false,
  invalidLink: false,
  invalidPath: false,
  rewrittenLink: false,
  unusedMergeModuleWith: false,
}

/** Each thing that does not hold is a warning in the log of the application. */
export const validate = (
  app: Application,
  project: ProjectReflection,
  packages: ReadonlyArray<string>,
): void => {
  app.options.setValue("validation", { ...nothing, ...ofPackage })
  for (const name of packages) {
    project.packageName = name
    app.validate(project)
  }
  app.options.setValue("validation", { ...nothing, ...ofProject })
  app.validate(project)
  for (const field of undescribedOptions(project)) {
    app.logger.validationWarning(
      `${field}, a field of options, does not have any documentation` as TranslatedString,
    )
  }
}

const undescribedOptions = (project: ProjectReflection): ReadonlyArray<string> =>
  project
    .getReflectionsByKind(ReflectionKind.Interface)
    .filter((one) => /Options$|Settings$/.test(one.name))
    .flatMap((one) => (one.isDeclaration() ? (one.children ?? []) : []))
    .filter((field) => !field.hasComment() && field.inheritedFrom === undefined)
    .map((field) => field.getFriendlyFullName())
