/** The provider as the suite asks for it; imported by another process too, so no test runner here. */
import type { Make } from "@zoetrope/provider-kit/Subject"
import { Redacted } from "effect"
import { Provider } from "../../src/index.ts"

export const make: Make = ({ account, baseUrl, timeoutSeconds }) =>
  Provider.make({
    accessKeyId: account.id,
    secretAccessKey: Redacted.make(account.secret),
    ...(account.sessionToken === undefined
      ? {}
      : { sessionToken: Redacted.make(account.sessionToken) }),
    baseUrl,
    timeouts: { submit: timeoutSeconds, poll: timeoutSeconds },
  })
