/** A relative path stays within its package: between packages there are only names. */
import { posix } from "node:path"
import { importRule } from "../Rule.ts"

export const relativeInside = importRule("relative-inside", ({ specifier }, { member, file }) => {
  if (!/^(?:\.|\/|file:)/.test(specifier)) return undefined
  const path = posix.join(posix.dirname(file.pathInPackage), specifier)
  if (specifier.startsWith(".") && path !== ".." && !path.startsWith("../")) return undefined
  return `${specifier} leads out of ${member.directory}, past the exports of what it reaches, and is not there once the package is published; import the other package by its name.`
})
