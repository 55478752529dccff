/** What programs take up that do not know this package (`@zoetrope/core/Plugin`). */
import type { Plugin } from "@zoetrope/core/Plugin"
import * as Models from "./Models.ts"
import * as Provider from "./Provider.ts"

export const plugin: Plugin = {
  contract: 1,
  id: Provider.id,
  title: "Volcengine cv",
  models: Models.all,
  variables: {
    credentials: ["VOLC_ACCESS_KEY_ID", "VOLC_SECRET_ACCESS_KEY"],
    others: ["VOLC_AK", "VOLC_SK", "VOLC_SESSION_TOKEN"],
    baseUrl: "VOLC_BASE_URL",
  },
  open: (account) => Provider.fromConfig({ account }),
}
