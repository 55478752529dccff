/** Everything that this program says to people, in English. */
import type { Language } from "./Language.ts"
import { demo } from "./en/demo.ts"
import { help } from "./en/help.ts"
import { packages } from "./en/packages.ts"
import { refusals } from "./en/refusals.ts"
import { telling } from "./en/telling.ts"

export const en = { language: "en" as Language, help, refusals, demo, packages, ...telling }
