/**
 * How the engine keeps what a generation was asked for: a port, since the core of the engine knows no
 * disk. Pictures and sounds are set aside by their hash before a generation is accepted, so that a
 * submit hours later sends the same bytes.
 */
import { Context, type Effect, Schema } from "effect"
import type { InputFile } from "./Generation.ts"

/** The files of an input are not on the disk. Nothing was recorded. */
export class InputsError extends Schema.TaggedError<InputsError>()("InputsError", {
  /** What happened and what to do, in plain words. */
  why: Schema.String,
}) {
  override get message(): string {
    return this.why
  }
}

export interface SetAside {
  /** Plain JSON; each file is named in its place. */
  readonly input: Schema.Json
  readonly files: ReadonlyArray<InputFile>
}

/** The files of inputs, out of the rows and on the disk before the row that names them. */
export class Inputs extends Context.Service<
  Inputs,
  {
    /** Answers when every file is whole and on the disk. The same again does no harm. */
    readonly setAside: (input: unknown) => Effect.Effect<SetAside, InputsError>
    /** The input as it was given. */
    readonly restore: (input: Schema.Json) => Effect.Effect<unknown, InputsError>
  }
>()("@zoetrope/engine/Inputs") {}
