/** Everything that this program says to people, in Chinese. */
import type { Words } from "./Words.ts"
import { demo } from "./zh/demo.ts"
import { help } from "./zh/help.ts"
import { packagesIn } from "./zh/packages.ts"
import { refusals } from "./zh/refusals.ts"
import { telling } from "./zh/telling.ts"

/** @param known sentences of the packages that have a Chinese form, by the English one */
export const zh = (known: ReadonlyMap<string, string>): Words => ({
  language: "zh",
  help,
  refusals,
  demo,
  packages: packagesIn(known),
  ...telling,
})
