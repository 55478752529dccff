/** A published package uses the Effect of the program it is in: two copies do not know each other's services. */
import type { Rule } from "../Rule.ts"

export const effectIsPeer: Rule = {
  name: "effect-is-a-peer",
  check: ({ packages }) =>
    packages
      .filter(({ group, manifest }) => group === "packages" && manifest.private !== true)
      .filter(({ manifest }) => Object.hasOwn(manifest.dependencies ?? {}, "effect"))
      .map(({ directory, manifestText }) => ({
        path: `${directory}/package.json`,
        line: lineOfDependency(manifestText),
        message:
          'effect is in "dependencies", which may install a second copy beside the program\'s own, and two copies do not share services; move it to "peerDependencies" as "^4.1.0", and keep "catalog:" in "devDependencies".',
      })),
}

const lineOfDependency = (manifest: string): number => {
  const lines = manifest.split("\n")
  const section = lines.findIndex((line) => /"dependencies"\s*:/.test(line))
  return lines.findIndex((line, index) => index >= section && /"effect"\s*:/.test(line)) + 1
}
