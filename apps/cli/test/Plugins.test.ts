import { Effect } from "effect"
import { chmod, mkdir, readFile, realpath, symlink, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { stripTypeScriptTypes } from "node:module"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { load } from "../src/Plugins.ts"
import { fakeVendor } from "./fakeVendor.ts"
import { cleanups, emptyPlace, film, type Place, unwrapped, zoetrope } from "./support.ts"
import { en } from "../src/words/Words.ts"

const zoom = new URL("./fixtures/zoom/", import.meta.url)

/** The files of a package, as npm would put them beside the config file. */
const install = async (
  directory: string,
  name: string,
  files: Readonly<Record<string, string>>,
) => {
  const folder = join(directory, "node_modules", name)
  await mkdir(folder, { recursive: true })
  await Promise.all(
    Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)),
  )
}

const configure = async (place: Place, config: unknown): Promise<string> => {
  const directory = join(place.directory, ".config", "zoetrope")
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, "config.json"), JSON.stringify(config), { mode: 0o600 })
  return directory
}

/** What the package leaves to whoever installs it. */
const installPeers = async (directory: string) => {
  await mkdir(join(directory, "node_modules", "@zoetrope"), { recursive: true })
  await Promise.all(
    ["effect", "@zoetrope/core"].map(async (peer) => {
      const own = fileURLToPath(new URL(`../node_modules/${peer}`, import.meta.url))
      await symlink(await realpath(own), join(directory, "node_modules", peer))
    }),
  )
}

/** The service of Acme: a task is ready at its second poll. */
const acme = async (key: string) => {
  const asked: Array<string> = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    if (request.url === "/film.mp4") return response.writeHead(200).end(film.bytes)
    if (request.headers.authorization !== `Key ${key}`) return json(401, {})
    if (request.url === "/account") return json(200, {})
    if (request.method === "POST") return json(200, { id: "z1" })
    const polls = asked.filter((one) => one === "GET /videos/z1").length
    const { port } = server.address() as AddressInfo
    return json(
      200,
      polls < 2 ? { id: "z1" } : { id: "z1", url: `http://127.0.0.1:${port}/film.mp4` },
    )
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  cleanups.push(async () => void server.close())
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it("a foreign provider, packed and installed beside the config file, is one like all others", async () => {
  const key = "acme-secret-key"
  const { asked, url } = await acme(key)
  const place = await emptyPlace()
  const directory = await configure(place, {
    providers: ["@acme/zoetrope-zoom", "@acme/gone"],
    accounts: { studio: { ACME_KEY: key, ACME_BASE_URL: url } },
  })
  const [manifest, source] = await Promise.all([
    readFile(new URL("package.json", zoom), "utf8"),
    readFile(new URL("index.ts", zoom), "utf8"),
  ])
  await install(directory, "@acme/zoetrope-zoom", {
    "package.json": manifest,
    "index.js": stripTypeScriptTypes(source),
  })
  await installPeers(directory)

  const secrets = [key]
  const [listed, made, examined] = await Promise.all([
    zoetrope(place, ["models", "--json"], { secrets }),
    zoetrope(place, ["generate", "zoom-1", "--prompt", "a kite", "--out", "kite.mp4"], { secrets }),
    zoetrope(place, ["doctor", "--json"], { secrets }),
  ])
  expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ id: "acme/zoom-1" }))
  expect(made).toMatchObject({ code: 0, stdout: `${join(place.directory, "kite.mp4")}\n` })
  expect(await readFile(join(place.directory, "kite.mp4"))).toEqual(film.bytes)
  expect(asked.filter((one) => one.startsWith("POST"))).toEqual(["POST /videos"])
  // The package that is not there is told, and harms nobody but itself.
  expect(unwrapped(made.stderr)).toContain(
    `! provider @acme/gone is not used: it is not installed; run: npm install --prefix ${directory} @acme/gone`,
  )
  expect(examined.code).toBe(1)
  expect(JSON.parse(examined.stdout)).toMatchObject({
    ok: false,
    findings: expect.arrayContaining([
      expect.objectContaining({
        what: "providers",
        message: expect.stringMatching(/Acme \(1 model\)$/),
      }),
      expect.objectContaining({ what: "provider @acme/gone", ok: false }),
      expect.objectContaining({ what: "account studio", ok: true, health: expect.anything() }),
    ]),
  })
})

it("the accounts of a package that is not used do not stop the others", async () => {
  const accounts = {
    studio: { ACME_KEY: "acme-secret-key" },
    mine: { VIDU_API_KEY: "vidu-secret-key", VIDU_BASE_URL: "http://127.0.0.1:9" },
  }
  const examine = async (providers: ReadonlyArray<string>) => {
    const place = await emptyPlace()
    await configure(place, { providers, accounts })
    const secrets = ["acme-secret-key", "vidu-secret-key"]
    const { stdout } = await zoetrope(place, ["doctor", "--json"], { secrets })
    return JSON.parse(stdout).findings as ReadonlyArray<{ readonly what: string }>
  }
  const [leftOut, unnamed] = await Promise.all([examine(["@acme/gone"]), examine([])])
  expect(leftOut.map(({ what }) => what)).toContain("account mine")
  // A variable that no package can explain is a slip of the pen.
  expect(unnamed).toContainEqual(
    expect.objectContaining({
      what: "accounts",
      ok: false,
      message: expect.stringMatching(/account "studio" sets "ACME_KEY", which no provider knows/),
    }),
  )
})

describe("a package that is not used is told by its name", () => {
  const own = { ...fakeVendor({}), title: "Own" }
  const fits = `{ contract: 1, id: "acme", title: "Acme", models: [], open: () => {} }`
  const cases: ReadonlyArray<readonly [name: string, source: string | undefined, told: RegExp]> = [
    ["@acme/absent", undefined, /not installed; run: npm install --prefix .* @acme\/absent/],
    ["./plugin.js", "", /not the name of a package/],
    ["../plugin", "", /not the name of a package/],
    ["/tmp/plugin.js", "", /not the name of a package/],
    ["https://acme.example/plugin.js", undefined, /not the name of a package/],
    ["data:text/javascript,1", undefined, /not the name of a package/],
    ["@acme/x/../../y", undefined, /not the name of a package/],
    ["node:fs", undefined, /not the name of a package/],
    ["fs", undefined, /not the name of a package/],
    ["throws", "throw new Error('first line\\nsecond')", /importing it failed: first line \(/],
    ["broken", "export const plugin = {", /importing it failed: /],
    ["other", "export const provider = 1", /no export "plugin"/],
    ["old", "export const plugin = { id: 'acme' }", /does not fit: contract: is missing/],
    ["newer", "export const plugin = { contract: 2 }", /update the program.*given: 2/],
    ["empty", `export const plugin = ${fits}`, /does not fit: models/],
    ["clash", fakePlugin({ id: "p" }), /its id "p" is that of Own already/],
    ["first", fakePlugin({ id: "one" }), /^$/],
    ["second", fakePlugin({ id: "two" }), /its model two\/kite has the name "kite" of one\/kite/],
  ]

  it("whatever it is, and the others are used", async () => {
    const place = await emptyPlace()
    const names = cases.map(([name]) => name)
    const directory = await configure(place, { providers: [...names, "first"] })
    await Promise.all(
      cases.flatMap(([name, source]) =>
        source === undefined || source === ""
          ? []
          : [
              install(directory, name, {
                "package.json": JSON.stringify({ name, type: "module", exports: "./index.js" }),
                "index.js": source,
              }),
            ],
      ),
    )
    await writeFile(join(directory, "plugin.js"), "throw new Error('was run')")
    await installPeers(directory)
    const { refused, vendors } = await Effect.runPromise(
      load([own], { ZOETROPE_CONFIG: join(directory, "config.json") }),
    )
    expect(vendors.map(({ id }) => id)).toEqual(["p", "one"])
    const messages = new Map(refused.map((one) => [one.package, one.why(en)]))
    for (const [name, , told] of cases) {
      expect([name, messages.get(name) ?? ""]).toEqual([name, expect.stringMatching(told)])
    }
    expect([...messages.values()].every((text) => text.includes(directory))).toBe(true)
  })

  it("nothing is imported for a config file that others may change", async () => {
    const place = await emptyPlace()
    const directory = await configure(place, { providers: ["throws"] })
    await install(directory, "throws", { "index.js": "globalThis.wasRun = true" })
    const path = join(directory, "config.json")
    await chmod(path, 0o620)
    const loaded = await Effect.runPromise(load([own], { ZOETROPE_CONFIG: path }))
    expect(loaded).toEqual({ vendors: [own], refused: [] })
    expect("wasRun" in globalThis).toBe(false)
  })
})

function fakePlugin({ id }: { readonly id: string }): string {
  return `
    import { Schema } from "effect"
    const text = { en: "Kite", zh: "风筝" }
    export const plugin = {
      contract: 1,
      id: "${id}",
      title: "${id}",
      models: [
        {
          id: "${id}/kite", alias: "kite", title: text, summary: text, kind: "lip-sync",
          input: Schema.Struct({}), examples: [{}], rules: () => ({ issues: [], warnings: [] }),
          limitGroup: "kite", limits: { inFlight: 1, callsPerSecond: 1 },
          timing: { usual: 1, longest: 1, poll: { floor: 1, ceiling: 1 }, retention: 1, link: 1 },
          documents: [{ title: "Kite", url: "https://acme.example", updated: "2026-01-01" }],
        },
      ],
      variables: { credentials: ["ACME_KEY"], others: [], baseUrl: "ACME_BASE_URL" },
      open: () => { throw new Error("no test opens it") },
    }`
}
