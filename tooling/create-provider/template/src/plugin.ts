/** What programs take up that do not know this package: `providers: ["@zoetrope/placeholder-name"]`. */
import type { Plugin } from "@zoetrope/core/Plugin"
import * as Models from "./Models.ts"
import * as Provider from "./Provider.ts"

/** For command lines and servers that are told of packages by name. */
export const plugin: Plugin = {
  contract: 1,
  id: Provider.id,
  title: "Placeholder Name",
  models: Models.all,
  variables: {
    credentials: ["PLACEHOLDER_NAME_API_KEY"],
    others: [],
    baseUrl: "PLACEHOLDER_NAME_BASE_URL",
  },
  open: (account) => Provider.fromConfig({ account }),
}
