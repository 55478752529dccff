/** Whether the server is on its way out: open when it is, and never closed again. */
import { Context, Layer, Latch } from "effect"

export class Stopping extends Context.Service<Stopping, Latch.Latch>()(
  "@zoetrope/server/Stopping",
) {
  static readonly layer = Layer.effect(Stopping, Latch.make(false))
}
