/** What programs take up that do not know this package: `providers: ["@zoetrope/placeholder-name"]`. */
import type { Plugin } from "@zoetrope/core/Plugin"
import { Effect } from "effect"
import * as Models from "./Models.ts"

/** For command lines and servers that are told of packages by name. */
export const plugin: Plugin = {
  contract: 1,
  id: "placeholder-name",
  title: "Placeholder Name",
  models: Models.all,
  variables: {
    credentials: ["PLACEHOLDER_NAME_API_KEY"],
    others: [],
    baseUrl: "PLACEHOLDER_NAME_BASE_URL",
  },
  // Loaded when an account is opened: a program that only shows the models needs no client.
  open: Effect.fnUntraced(function* (account) {
    const Provider = yield* Effect.promise(() => import("./Provider.ts"))
    return yield* Provider.fromConfig({ account })
  }),
}
