/** Every package has its place among the layers. */
import { layerOf } from "../layers.ts"
import type { Rule } from "../Rule.ts"

export const knownLayer: Rule = {
  name: "known-layer",
  check: ({ packages }) =>
    packages
      .filter((member) => member.group === "packages" && layerOf(member) === undefined)
      .map(({ directory }) => ({
        path: `${directory}/package.json`,
        line: 1,
        message:
          "This package has no layer, so nothing says what it may import. A provider has a simulator/ beside its src/; any other package is entered in tooling/architecture/src/layers.ts.",
      })),
}
