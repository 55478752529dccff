/** Every check of the suite, in the order in which it runs; data that documents can print. */
import { Cause, Effect, Exit } from "effect"
import type { Renderer } from "@zoetrope/simulator"
import * as Bench from "./Bench.ts"
import type { Check } from "./Check.ts"
import { aborts } from "./checks/aborts.ts"
import { documentedCodes, documentedStates, unknownCode, unknownState } from "./checks/codes.ts"
import { described, schemas } from "./checks/description.ts"
import { links, startToFile } from "./checks/files.ts"
import {
  errorsInJson,
  exactIds,
  foreignHandle,
  freshProcess,
  wholeHandle,
} from "./checks/handles.ts"
import { badInputs, credentials } from "./checks/inputs.ts"
import { acceptedIsRecorded } from "./checks/ledger.ts"
import { callbacks, cancel, credits, find } from "./checks/members.ts"
import { plugin } from "./checks/plugin.ts"
import { forgotten, retryAfter, slowStatus, statusOutage } from "./checks/pollProof.ts"
import { noSecrets } from "./checks/secrets.ts"
import {
  acceptedWhatever,
  gatewayOutage,
  lostConnection,
  nothingSent,
  refused,
  slow,
  unreadable,
  whereToLook,
} from "./checks/submitProof.ts"
import { freshConnection, noRedirect, oneCall } from "./checks/wireCalls.ts"
import type { Subject } from "./Subject.ts"

/** Every check, in the order in which it is run. */
export const all: ReadonlyArray<Check> = [
  described,
  schemas,
  badInputs,
  credentials,
  startToFile,
  links,
  documentedCodes,
  documentedStates,
  unknownCode,
  unknownState,
  nothingSent,
  refused,
  lostConnection,
  gatewayOutage,
  unreadable,
  slow,
  acceptedWhatever,
  whereToLook,
  statusOutage,
  slowStatus,
  retryAfter,
  forgotten,
  oneCall,
  freshConnection,
  noRedirect,
  wholeHandle,
  exactIds,
  freshProcess,
  foreignHandle,
  errorsInJson,
  aborts,
  acceptedIsRecorded,
  noSecrets,
  cancel,
  find,
  credits,
  callbacks,
  plugin,
]

/** The checks that concern a provider. */
export const concerning = (subject: Subject): ReadonlyArray<Check> =>
  all.filter((check) => check.applies?.(subject) ?? true)

/** Many times what a check takes. */
const patience = "25 seconds"

/**
 * Carries out one check and resolves with its complaints; none means that it holds. A provider that
 * throws, fails where no failure is looked for or comes to no end is a complaint too.
 *
 * @param films draws the files, see `makeFilms`
 */
export const run = async (
  check: Check,
  subject: Subject,
  films: Pick<Renderer, "render">,
): Promise<ReadonlyArray<string>> => {
  const exit = await Effect.runPromiseExit(
    Effect.flatMap(Bench.open(subject, films), check.run).pipe(
      Effect.scoped,
      Effect.timeout(patience),
    ),
  )
  return Exit.isSuccess(exit)
    ? exit.value
    : [`the check could not be finished: ${Cause.pretty(exit.cause)}`]
}

export { makeFilms } from "./Bench.ts"
