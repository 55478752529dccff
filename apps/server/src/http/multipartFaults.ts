/**
 * A form may have several faults in one piece. `@effect/platform-node` 4.1.0 tells the first to whoever
 * reads the form, who then listens no more, and emits the others all the same: an `error` that nobody
 * listens to ends the process. Here it is told to nobody instead.
 */
import { MultipartStream } from "@effect/platform-node/NodeMultipartParser"
import type { EventEmitter } from "node:events"

const emitter: EventEmitter = MultipartStream.prototype
const { emit } = emitter

/** Once for the process; the same again changes nothing. */
export const tameMultipartFaults = (): void => {
  emitter.emit = function (this: EventEmitter, event, ...values: Array<unknown>) {
    if (event === "error" && this.listenerCount("error") === 0) return false
    return Reflect.apply(emit, this, [event, ...values]) as boolean
  }
}
