/** All rules, each with a failing fixture under `test/fixtures/<name>`. */
import type { Rule } from "../Rule.ts"
import { appsApart } from "./appsApart.ts"
import { declaredDependencies } from "./declaredDependencies.ts"
import { effectIsPeer } from "./effectIsPeer.ts"
import { injectedTimeAndChance } from "./injectedTimeAndChance.ts"
import { internalIsPrivate } from "./internalIsPrivate.ts"
import { knownLayer } from "./knownLayer.ts"
import { layerDirection } from "./layerDirection.ts"
import { nodeBuiltins } from "./nodeBuiltins.ts"
import { oldEffectNames } from "./oldEffectNames.ts"
import { platformNodeDeep } from "./platformNodeDeep.ts"
import { providersInMain } from "./providersInMain.ts"
import { relativeInside } from "./relativeInside.ts"
import { twoReadings } from "./twoReadings.ts"

export const rules: ReadonlyArray<Rule> = [
  knownLayer,
  layerDirection,
  appsApart,
  twoReadings,
  providersInMain,
  nodeBuiltins,
  injectedTimeAndChance,
  oldEffectNames,
  platformNodeDeep,
  declaredDependencies,
  effectIsPeer,
  relativeInside,
  internalIsPrivate,
]
