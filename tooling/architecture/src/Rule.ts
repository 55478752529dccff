/** A rule of the architecture, and the two shapes that most rules have. */
import type { Import, SourceFile, Use } from "./SourceFile.ts"
import type { Package, Workspace } from "./Workspace.ts"

export interface Finding {
  readonly path: string
  readonly line: number
  /** What is there, why it must not be, and what to do instead. */
  readonly message: string
}

export interface Rule {
  /** Also the folder of its failing fixture. */
  readonly name: string
  readonly check: (workspace: Workspace) => ReadonlyArray<Finding>
}

/** Where an import or a name stands. */
export interface Place {
  readonly workspace: Workspace
  readonly member: Package
  readonly file: SourceFile
}

/** A rule that judges one import at a time; `undefined` lets it pass. */
export const importRule = (
  name: string,
  judge: (found: Import, place: Place) => string | undefined,
): Rule => ({ name, check: (workspace) => judged(workspace, (file) => file.imports, judge) })

/** A rule that judges one use of a name at a time; `undefined` lets it pass. */
export const useRule = (
  name: string,
  judge: (found: Use, place: Place) => string | undefined,
): Rule => ({ name, check: (workspace) => judged(workspace, (file) => file.uses, judge) })

const judged = <Found extends { readonly line: number }>(
  workspace: Workspace,
  all: (file: SourceFile) => ReadonlyArray<Found>,
  judge: (found: Found, place: Place) => string | undefined,
): ReadonlyArray<Finding> => {
  const findings: Array<Finding> = []
  for (const member of workspace.packages) {
    for (const file of member.files) {
      for (const found of all(file)) {
        const message = judge(found, { workspace, member, file })
        if (message !== undefined) findings.push({ path: file.path, line: found.line, message })
      }
    }
  }
  return findings
}
