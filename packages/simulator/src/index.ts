/** A video provider on loopback, for tests, demos and benchmarks. See `makeSimulator`. */
export { type Account, demoAccount } from "./Account.ts"
export type { Clock } from "./Clock.ts"
export type { Callback, CallbackRequest, CallbackWish, SentCallback } from "./Callbacks.ts"
export type * from "./Dialect.ts"
export type { RequestLog } from "./dispatch.ts"
export { type Fault, faultGrammar, type FaultKind, parseFault, type PlainKind } from "./Fault.ts"
export type { Faults, OrderedFault } from "./Faults.ts"
export type { Film, FilmFile, Still } from "./Films.ts"
export type { Input } from "./Inputs.ts"
export { InvalidInput } from "./InvalidInput.ts"
export type { Lane } from "./Lanes.ts"
export type { Ledger, LedgerTask, LedgerTotals, RefusedSubmit } from "./Ledger.ts"
export type { LinkForm } from "./Links.ts"
export type { Mark } from "./media/drawMark.ts"
export { distinctFilms } from "./media/distinctFilms.ts"
export { type MediaFacts, mediaFacts } from "./media/facts.ts"
export { type PictureFacts, pictureFacts } from "./media/pictureFacts.ts"
export {
  makeRenderer,
  type Rendered,
  type Renderer,
  type RendererOptions,
  type RenderRequest,
} from "./media/Renderer.ts"
export { makeSimulator, type Simulator, type SimulatorOptions } from "./Simulator.ts"
export type { Pace, Phase, Task, TaskOrder } from "./Task.ts"
export type { Limits } from "./Tasks.ts"
export { watchSubmits } from "./watchSubmits.ts"
