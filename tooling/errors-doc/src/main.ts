/** `./zoe errors-doc`: writes docs/errors.md from the tables. The test of this package fails while it is not current. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { errorsDoc, path } from "./errorsDoc.ts"

const root = join(import.meta.dirname, "../../..")
writeFileSync(join(root, path), await errorsDoc(root))
console.log(`${path} written`)
