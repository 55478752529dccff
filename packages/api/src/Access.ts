/**
 * Who asks, and what they may do. Owns the scopes and which of them an endpoint wants; how a key is
 * checked is the server's.
 */
import { Context, Schema } from "effect"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import * as Problem from "./Problem.ts"

/**
 * - `read`: look at one's own generations, and at the models.
 * - `create`: also ask for videos, cancel, settle and delete one's own.
 * - `admin`: all of that with everybody's, and the figures of the whole server.
 */
export const Scope = Schema.Literals(["read", "create", "admin"])
export type Scope = typeof Scope.Type

/** Whoever sent the request. */
export interface Caller {
  /** Id of the key, or `local` where none is needed. */
  readonly id: string
  /** Whose generations these are: of the caller, and of other keys of the same owner. */
  readonly owner: string
  readonly scope: Scope
}

/** Provided by `Authorization` to every handler behind it. */
export class CurrentCaller extends Context.Service<CurrentCaller, Caller>()(
  "@zoetrope/api/Access/CurrentCaller",
) {}

/** What an endpoint wants; one that says nothing is for admins alone. */
export const RequiredScope = Context.Reference<Scope>("@zoetrope/api/Access/RequiredScope", {
  defaultValue: () => "admin",
})

const order: ReadonlyArray<Scope> = Scope.literals

/** Whether a key of this scope may do what wants that one. */
export const covers = (scope: Scope, required: Scope): boolean =>
  order.indexOf(scope) >= order.indexOf(required)

/** A key of the server, where it has any. */
export class Authorization extends HttpApiMiddleware.Service<
  Authorization,
  { provides: CurrentCaller }
>()("@zoetrope/api/Access/Authorization", {
  security: { key: HttpApiSecurity.bearer },
  error: [Problem.Unauthorized, Problem.NotAllowed, Problem.TooManyRequests],
  requiredForClient: true,
}) {}
