/**
 * How a provider describes itself to the suite: how it is made, its half of the simulator, and what
 * its vendor's documents say that no suite can know. Everything else the suite finds out by itself.
 */
import type { Plugin } from "@zoetrope/core/Plugin"
import type { Provider } from "@zoetrope/core/Provider"
import type { Reason } from "@zoetrope/core/Reason"
import type { TaskState } from "@zoetrope/core/TaskState"
import type { Verdict } from "@zoetrope/core/Verdict"
import type { Account, Dialect } from "@zoetrope/simulator"
import type { Effect } from "effect"
import type { HttpClient } from "effect/http"

/** Whom the provider value is made for. */
export interface Target {
  /** In place of the vendor's own address: `http://127.0.0.1:PORT`. */
  readonly baseUrl: string
  /** The key pair, right or wrong. A vendor with one key takes the part that its dialect looks at. */
  readonly account: Account
  /** For a whole answer, of a submit and of a poll alike; a fraction of a second. */
  readonly timeoutSeconds: number
}

/** Makes the provider as a program would, with nothing but what the target names. */
export type Make = (target: Target) => Effect.Effect<Provider, unknown, HttpClient.HttpClient>

/** Addresses of a picture, a video and a voice that the simulator serves, for inputs by address. */
export interface Samples {
  readonly image: string
  readonly video: string
  readonly audio: string
}

/** The smallest input that a model takes. */
export interface Start {
  /** Id of the model. */
  readonly model: string
  /** Made anew for each simulator, whose addresses change. */
  readonly input: (samples: Samples) => unknown
}

/** An input that the model's document rules out. */
export interface BadInput {
  readonly model: string
  readonly input: unknown
  /** JSON Pointer to the field that the refusal must name, `/prompt`; empty for the input as a whole. */
  readonly path: string
}

/** An answer as the vendor's document prints it, for what the simulator has no words for. */
export interface WireAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as it is if it is a text, else as JSON. */
  readonly body: unknown
}

/**
 * One row of the documented error table, written from the document and not from the provider's code.
 * At least one of `verdict` and `state` is given.
 */
export interface CodeRow {
  /** Ids of the models for which the row holds; default all. */
  readonly models?: ReadonlyArray<string>
  readonly at: "submit" | "poll"
  /** As it stands in the answer. */
  readonly code: string
  /** Default: what the dialect answers when it is ordered to refuse with this code. */
  readonly answer?: WireAnswer
  /** What must be done about the failure, whether of the call or of the task. */
  readonly verdict?: Verdict
  /** What must be said of the task; absent where the call itself must fail. */
  readonly state?: TaskState["_tag"]
  readonly reason?: Reason["_tag"]
}

/** One word of the vendor for the state of a task that is not done. */
export interface StateRow {
  readonly models?: ReadonlyArray<string>
  /** As it stands in the answer. */
  readonly wire: string
  readonly state: Exclude<TaskState["_tag"], "Succeeded">
}

/** What the package exports for programs that take it up by its name. */
export interface PluginSubject {
  readonly plugin: Plugin
  /** The variables that open this account, at this address in place of the vendor's own. */
  readonly variables: (account: Account, baseUrl: string) => Readonly<Record<string, string>>
}

export interface Subject {
  readonly dialect: Dialect
  readonly make: Make
  /**
   * A module that exports this same `make` and imports no test runner: a process of its own imports it
   * and goes on with a handle.
   */
  readonly module: URL
  /** One for every model. */
  readonly starts: readonly [Start, ...ReadonlyArray<Start>]
  /** At least one for every model. */
  readonly badInputs: ReadonlyArray<BadInput>
  readonly codes: ReadonlyArray<CodeRow>
  readonly states: ReadonlyArray<StateRow>
  /** What no document of the vendor names. */
  readonly unknown: { readonly code: string; readonly state: string }
  /** Two customers of the vendor; default two key pairs made of plain letters. */
  readonly accounts?: { readonly own: Account; readonly other: Account }
  /** Whatever must not be seen beside an account's `secret` and `sessionToken`. */
  readonly secrets?: (account: Account) => ReadonlyArray<string>
  readonly plugin?: PluginSubject

  // The optional members of a provider: described if it has them, and only then.

  /** A start whose task can be taken back as long as it waits. */
  readonly cancel?: Start
  /** A start whose task can be found again by its key. */
  readonly find?: Start
  readonly credits?: true
  /** The dialect sends callbacks to the address of a submit. */
  readonly callbacks?: true
}
