/** A vendor of the tests' own, whose one account answers as the test says. */
import * as Provider from "@zoetrope/core/Provider"
import type { Reason } from "@zoetrope/core/Reason"
import { TaskError } from "@zoetrope/core/TaskError"
import { Effect } from "effect"
import { vi } from "vitest"
import type { Vendor } from "../src/Vendor.ts"
import { ref } from "./samples.ts"

export const failure = (operation: TaskError["operation"], reason: Reason) =>
  new TaskError({ provider: ref.provider, account: ref.account, operation, reason, ref })

export const fakeVendor = (members: Pick<Provider.Provider, "cancel" | "credits">): Vendor => ({
  contract: 1,
  id: ref.provider,
  title: "Fake",
  models: [],
  variables: { credentials: ["FAKE_KEY"], others: [], baseUrl: "FAKE_BASE_URL" },
  open: (account) =>
    Effect.succeed(
      Provider.make({
        id: ref.provider,
        account,
        key: ref.key,
        models: [],
        submit: () => Effect.die("no test submits here"),
        poll: () => Effect.die("no test polls here"),
        check: Effect.succeed({ status: "well", message: "all well" }),
        ...members,
      }),
    ),
})

/** One account, in the environment. */
export const setFakeAccount = (): void => {
  vi.stubEnv("FAKE_KEY", "some key")
}
