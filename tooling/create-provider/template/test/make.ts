/** The provider as the suite asks for it; imported by another process too, so no test runner here. */
import type { Make } from "@zoetrope/provider-kit/Subject"
import { Redacted } from "effect"
import * as Provider from "../src/Provider.ts"

export const make: Make = ({ account, baseUrl, timeoutSeconds }) =>
  Provider.make({ apiKey: Redacted.make(account.secret), baseUrl, timeoutSeconds })
