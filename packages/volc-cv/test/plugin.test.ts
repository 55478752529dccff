import * as Plugin from "@zoetrope/core/Plugin"
import * as Transport from "@zoetrope/node/Transport"
import { ConfigProvider, Effect, Result } from "effect"
import { expect, it } from "vitest"
import { plugin } from "../src/index.ts"

const { credentials, others, baseUrl } = plugin.variables

const allOf = (names: ReadonlyArray<string>) =>
  Object.fromEntries(names.map((name) => [name, `value-of-${name}`]))

const opened = (variables: Readonly<Record<string, string>>) =>
  plugin
    .open("mine")
    .pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord(variables)),
      Effect.provide(Transport.layer()),
    )

it("is a plugin by the core's own reading", () => {
  expect(Plugin.read(plugin)).toEqual(Result.succeed(plugin))
})

it.each([[credentials], [others.slice(0, 2)]])("opens an account from %j", async (names) => {
  const provider = await Effect.runPromise(opened(allOf(names)))
  expect(provider).toMatchObject({ id: plugin.id, account: "mine" })
})

it.each([...credentials, ...others.slice(0, 2)])("opens none with %s alone", async (name) => {
  const failure = await Effect.runPromise(Effect.flip(opened(allOf([name]))))
  expect(failure.message).toContain(`but ${name} is; set both`)
  expect(failure.message).not.toContain("value-of-")
})

it("opens it at the address that the variables name", async () => {
  const failure = await Effect.runPromise(
    Effect.flip(opened({ ...allOf(credentials), [baseUrl]: "nowhere" })),
  )
  expect(failure.message).toMatch(/baseUrl: /)
})
