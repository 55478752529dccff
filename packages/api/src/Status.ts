/** How the server itself stands. */
import { Schema } from "effect"
import { State } from "./Generation.ts"

/** That the process answers; nothing else is looked at. */
export const Health = Schema.Struct({
  status: Schema.Literal("ok"),
}).annotate({ identifier: "Health" })

/** That it takes work. */
export const Readiness = Schema.Struct({
  status: Schema.Literal("ready"),
}).annotate({ identifier: "Readiness" })

/** Figures of the whole server, whoever's the generations are. */
export const Stats = Schema.Struct({
  states: Schema.Record(State, Schema.optionalKey(Schema.Int)).annotate({
    description: "Generations by state",
  }),
  submits: Schema.Int.annotate({ description: "Submits that were marked as sent" }),
  tasks: Schema.Int.annotate({ description: "How many of them became a task" }),
  artifacts: Schema.Struct({ files: Schema.Int, bytes: Schema.Finite }),
  listeners: Schema.Int.annotate({ description: "Event streams that are open" }),
}).annotate({ identifier: "Stats" })
