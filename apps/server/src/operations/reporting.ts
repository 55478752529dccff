/**
 * What a server tells of itself while it runs, by the variables of its environment: the log, and
 * telemetry where it is wanted. To be given to the whole of it; fails before anything is started.
 */
import { Layer } from "effect"
import * as Logs from "./Logs.ts"
import * as Telemetry from "./Telemetry.ts"

/** Telemetry comes after the log, since it adds to it. */
export const reporting = Telemetry.layerConfig.pipe(Layer.provideMerge(Logs.layerConfig))
