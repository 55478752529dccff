/** What the check of a plugin says of each thing that can be wrong with one. */
import { InvalidInput } from "@zoetrope/core/Reason"
import { Checks } from "@zoetrope/provider-kit"
import { Config, ConfigProvider, Effect } from "effect"
import { afterAll, assert, describe, it } from "vitest"
import { models, plugin } from "./acme/provider.ts"
import { acmePlugin, subject } from "./acme/subject.ts"

const films = Checks.makeFilms()
afterAll(() => films.close())

const check = Checks.all.find(({ name }) => name.startsWith("a plugin ")) ?? assert.fail()

const refusal = (message: string) => new InvalidInput({ issues: [{ path: "/x", message }] })
const key = Config.String("ACME_KEY")
const openedWith = (name: string, variables: Readonly<Record<string, string>>) =>
  Effect.provideService(
    plugin.open(name),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnvRecord(variables),
  )
const anyKey = (name: string) =>
  Effect.flatMap(Config.String("ACME_URL"), (url) =>
    openedWith(name, { ACME_KEY: "some-key", ACME_URL: url }),
  )
const elsewhere = (name: string) =>
  Effect.flatMap(key, (secret) =>
    openedWith(name, { ACME_KEY: secret, ACME_URL: "http://127.0.0.1:1" }),
  )
const talkative = (name: string) =>
  Effect.flatMap(key, (secret) =>
    Effect.mapError(plugin.open(name), () => refusal(`ACME_URL is bad, with ${secret}`)),
  )

describe("the check of a plugin", () => {
  it.each<[string, Partial<typeof acmePlugin.plugin>, ReadonlyArray<RegExp>]>([
    ["nothing wrong", {}, []],
    ["another contract", { contract: 2 as never }, [/^is no plugin: its \/contract is /]],
    [
      "an id that its models do not have",
      { id: "acme-films" },
      [0, 1].map((index) => RegExp(`^is no plugin: its /models/${index}/id does not begin with`)),
    ],
    [
      "a model left out",
      { models: models.slice(1) },
      [/^its models: acme\/sketch; wanted acme\/film-1, acme\/sketch$/],
    ],
    [
      "a variable not named",
      { variables: { ...plugin.variables, baseUrl: "ACME_BASE" } },
      [/^does not name the variable ACME_URL$/, /^it opens with ACME_BASE "nowhere"$/],
    ],
    [
      "another name",
      { open: () => plugin.open("default") },
      [/^the name of its account: default; wanted by-plugin$/],
    ],
    [
      "a key of its own",
      { open: anyKey },
      [
        /^the fingerprint of its key: /,
        /^the check of its account: /,
        /^it opens without ACME_KEY$/,
      ],
    ],
    [
      "an address of its own",
      { open: elsewhere },
      [
        /^the check of its account: unreachable; wanted well$/,
        /^it does not call the address that its variables name$/,
        /^it opens with ACME_URL "nowhere"$/,
      ],
    ],
    [
      "no way to open it",
      { open: () => Effect.fail(refusal("not today")) },
      [
        /^does not open with ACME_KEY, ACME_URL: .*not today/s,
        /^without ACME_KEY: its refusal does not name the variable$/,
      ],
    ],
    [
      "a secret in its refusal",
      { open: talkative },
      [/^with ACME_URL "nowhere": its refusal shows what ACME_KEY holds$/],
    ],
  ])("tells %s", async (_what, change, wanted) => {
    const broken = { ...subject, plugin: { ...acmePlugin, plugin: { ...plugin, ...change } } }
    const complaints = await Checks.run(check, broken, films)
    assert.strictEqual(complaints.length, wanted.length, complaints.join("\n"))
    wanted.forEach((pattern, index) => assert.match(complaints[index] ?? "", pattern))
  })
})
