/** What an installed tree may not hold: a second copy of what has classes or state. */
import { copiesOf, type Project } from "./Project.ts"

/** What is wrong, in words. */
export const checkTree = (
  project: Project,
  packageName: string,
  everyPackage: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const twice = ["effect", ...everyPackage]
    .map((name) => [name, copiesOf(project, name)] as const)
    .filter(([, copies]) => copies > 1)
    .map(([name, copies]) => `${copies} copies of ${name}`)
  const alone = project.installed.length === 1
  return packageName === "@zoetrope/volc-signer" && !alone
    ? [...twice, `it must not depend on anything: ${project.installed.join(", ")}`]
    : twice
}
