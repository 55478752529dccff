/** What programs take up that do not know this package (`@zoetrope/core/Plugin`). */
import type { Plugin } from "@zoetrope/core/Plugin"
import { Effect } from "effect"
import * as Models from "./Models.ts"

/** For command lines and servers that are told of packages by name. */
export const plugin: Plugin = {
  contract: 1,
  id: "volc-cv",
  title: "Volcengine cv",
  models: Models.all,
  variables: {
    credentials: ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
    others: ["VOLC_AK", "VOLC_SK", "VOLC_SESSION_TOKEN"],
    baseUrl: "VOLC_BASE_URL",
  },
  // Loaded when an account is opened: a program that only shows the models needs no client.
  open: Effect.fnUntraced(function* (account) {
    const Provider = yield* Effect.promise(() => import("./Provider.ts"))
    return yield* Provider.fromConfig({ account })
  }),
}
