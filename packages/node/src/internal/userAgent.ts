import { createRequire } from "node:module"

/** `zoetrope/<version>`, as every request of this package introduces itself. */
export const userAgent = (): string => {
  const { version } = createRequire(import.meta.url)("../../package.json") as { version: string }
  return `zoetrope/${version}`
}
