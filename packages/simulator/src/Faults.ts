/**
 * The faults on order: which calls they meet, in the order given, and how often each has. Their
 * grammar is in `Fault.ts`.
 */
import type { Clock } from "./Clock.ts"
import {
  appliesTo,
  type Fault,
  type FaultKind,
  isMeant,
  type Operation,
  parseFault,
} from "./Fault.ts"
import { InvalidInput } from "./InvalidInput.ts"

export interface OrderedFault extends Fault {
  /** How many calls it has met. */
  readonly met: number
  readonly spent: boolean
}

export interface Faults {
  /** Orders faults, each in the words of `faultGrammar`; all or, with an `InvalidInput`, none. */
  readonly add: (...texts: ReadonlyArray<string>) => void
  /** All of them, in the order given, the spent ones too. */
  readonly list: () => ReadonlyArray<OrderedFault>
  /** Takes all back. */
  readonly clear: () => void
  /** The first fault, in the order given, that meets this call; counts it. */
  readonly take: (operation: Operation, model: string | undefined) => FaultKind | undefined
}

/** More than anyone orders by hand; keeps a loop that orders faults from filling the memory. */
const MAX_FAULTS = 1000

export const makeFaults = (clock: Clock, models: ReadonlyArray<string>): Faults => {
  let ordered: Array<Live> = []
  return {
    add: (...texts) => {
      const added = texts.map((text) => {
        const fault = parseFault(text)
        if (fault.model !== undefined && !models.includes(fault.model)) {
          throw new InvalidInput(`fault ${text}`, fault.model, models.join(", "))
        }
        return new Live(fault)
      })
      const live = ordered.filter((fault) => !fault.spent(clock.now()))
      const kept = ordered.length + added.length > MAX_FAULTS ? live : ordered
      if (kept.length + added.length > MAX_FAULTS) {
        throw new InvalidInput(
          "faults",
          kept.length + added.length,
          `at most ${MAX_FAULTS} at once`,
        )
      }
      ordered = [...kept, ...added]
    },
    list: () =>
      ordered.map((live) => ({ ...live.fault, met: live.met, spent: live.spent(clock.now()) })),
    clear: () => {
      ordered = []
    },
    take: (operation, model) =>
      ordered.find((fault) => fault.meets(operation, model, clock.now()))?.fault.kind,
  }
}

class Live {
  readonly fault: Fault
  met = 0
  private skipped = 0
  private firstAt: number | undefined

  constructor(fault: Fault) {
    this.fault = fault
  }

  spent(now: number): boolean {
    const { count, window } = this.fault
    if (this.met >= count) return true
    return window !== undefined && this.firstAt !== undefined && now >= this.firstAt + window
  }

  meets(operation: Operation, model: string | undefined, now: number): boolean {
    const { fault } = this
    if (!isMeant(fault.operation, operation)) return false
    if (!appliesTo[fault.kind._tag].includes(operation)) return false
    if (fault.model !== undefined && fault.model !== model) return false
    if (this.spent(now)) return false
    if (this.skipped < fault.skip) {
      this.skipped += 1
      return false
    }
    this.firstAt ??= now
    this.met += 1
    return true
  }
}
