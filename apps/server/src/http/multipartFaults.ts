/**
 * A form may have a fault after the one for which it was refused. `@effect/platform-node` 4.1.0 tells it
 * to the reader of the form, who may listen no more by then, and an `error` that nobody listens to ends
 * the process. Here it is told to nobody instead.
 */
import { MultipartStream } from "@effect/platform-node/NodeMultipartParser"
import type { EventEmitter } from "node:events"

const emitter: EventEmitter = MultipartStream.prototype
const emit: unknown = Reflect.get(emitter, "emit")

/** Once for the process; the same again changes nothing. */
export const tameMultipartFaults = (): void => {
  emitter.emit = function (this: EventEmitter, event, ...values: Array<unknown>): boolean {
    if (event === "error" && this.listenerCount("error") === 0) return false
    return typeof emit === "function" && Boolean(Reflect.apply(emit, this, [event, ...values]))
  }
}
