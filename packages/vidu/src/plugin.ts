/** What programs take up that do not know this package (`@zoetrope/core/Plugin`). */
import type { Plugin } from "@zoetrope/core/Plugin"
import * as Models from "./Models.ts"
import * as Provider from "./Provider.ts"

export const plugin: Plugin = {
  contract: 1,
  id: Provider.id,
  title: "Vidu",
  models: Models.all,
  variables: {
    credentials: ["VIDU_API_KEY"],
    others: ["VIDU_AUTH_SCHEME"],
    baseUrl: "VIDU_BASE_URL",
  },
  open: (account) => Provider.fromConfig({ account }),
}
