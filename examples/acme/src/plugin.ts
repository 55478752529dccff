/** What programs take up that do not know this package: `providers: ["@acme/zoetrope-films"]`. */
import type { Plugin } from "@zoetrope/core/Plugin"
import * as Models from "./Models.ts"
import * as Provider from "./Provider.ts"

/** For command lines and servers that are told of packages by name. */
export const plugin: Plugin = {
  contract: 1,
  id: Provider.id,
  title: "Acme Films",
  models: Models.all,
  variables: { credentials: ["ACME_API_KEY"], others: [], baseUrl: "ACME_BASE_URL" },
  open: (account) => Provider.fromConfig({ account }),
}
