/** The suite, run by a provider that has everything a provider can have. */
import { ProviderSuite } from "@zoetrope/provider-kit"
import { subject } from "./acme/subject.ts"

ProviderSuite.run("acme", subject)
