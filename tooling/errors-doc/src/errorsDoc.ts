/** The whole document, from what the packages and the command line hold now. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { format, type FormatConfig } from "oxfmt"
import { documentOf } from "./document.ts"
import { exitCodesIn } from "./exitCodes.ts"
import { vidu } from "./providers/vidu.ts"
import { volcCv } from "./providers/volcCv.ts"

/** From the root of the repository. */
export const path = "docs/errors.md"

/** @param root of the repository */
export const errorsDoc = async (root: string): Promise<string> => {
  const read = (file: string): string => readFileSync(join(root, file), "utf8")
  const text = documentOf(exitCodesIn(read("apps/cli/src/ExitCode.ts")), [volcCv(), vidu()])
  const style = JSON.parse(read(".oxfmtrc.json")) as FormatConfig
  const { code, errors } = await format(path, text, style)
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`)
  return code
}
