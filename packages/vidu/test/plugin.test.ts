import * as Plugin from "@zoetrope/core/Plugin"
import * as Transport from "@zoetrope/node/Transport"
import { ConfigProvider, Effect, Result } from "effect"
import { expect, it } from "vitest"
import { plugin } from "../src/index.ts"

it("is a plugin by the core's own reading", () => {
  expect(Plugin.read(plugin)).toEqual(Result.succeed(plugin))
})

const [apiKey = ""] = plugin.variables.credentials

const opened = (variables: Readonly<Record<string, string>>) =>
  plugin
    .open("mine")
    .pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables)),
      Effect.provide(Transport.layer()),
    )

it("opens an account from the variable that it names", async () => {
  const provider = await Effect.runPromise(opened({ [apiKey]: "the-key" }))
  expect(provider).toMatchObject({ id: plugin.id, account: "mine" })
  const failure = await Effect.runPromise(Effect.flip(opened({})))
  expect(failure.message).toContain(`${apiKey}: `)
})

it.each([...plugin.variables.others, plugin.variables.baseUrl])("reads %s", async (name) => {
  const failure = await Effect.runPromise(
    Effect.flip(opened({ [apiKey]: "the-key", [name]: "not one" })),
  )
  expect(failure.message).toMatch(/VIDU_AUTH_SCHEME: |baseUrl: /)
  expect(failure.message).not.toContain("the-key")
})
