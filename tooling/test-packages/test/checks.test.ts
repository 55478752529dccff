/** That each check fails where it should. What they are made for takes minutes: `./zoe test:packages`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, it, onTestFinished, vi } from "vitest"
import { serve } from "../src/Registry.ts"
import { run } from "../src/run.ts"
import { entriesOf, refuseUnpublished } from "../src/Tarball.ts"
import { checkTree } from "../src/tree.ts"
import { judge } from "../src/types.ts"

const temporary = (): string => {
  const directory = mkdtempSync(join(tmpdir(), "zoetrope-test-"))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

it("finds a second copy of effect, or of a package of ours, anywhere in the tree", () => {
  const tree = (...installed: ReadonlyArray<string>) =>
    checkTree({ directory: "", installed }, "@zoetrope/node", ["@zoetrope/core"])
  expect(tree("node_modules/effect", "node_modules/@zoetrope/core")).toEqual([])
  expect(tree("node_modules/effect", "node_modules/a/node_modules/effect")).toEqual([
    "2 copies of effect",
  ])
  expect(tree("node_modules/@zoetrope/core", "node_modules/a/node_modules/@zoetrope/core")).toEqual(
    ["2 copies of @zoetrope/core"],
  )
  expect(tree("node_modules/effect", "node_modules/@acme/effect")).toEqual([])
})

it("lets the signer depend on nothing", () => {
  const tree = (...installed: ReadonlyArray<string>) =>
    checkTree({ directory: "", installed }, "@zoetrope/volc-signer", [])
  expect(tree("node_modules/@zoetrope/volc-signer")).toEqual([])
  expect(tree("node_modules/@zoetrope/volc-signer", "node_modules/left-pad")).toHaveLength(1)
})

it("tells a compiler's errors, and types that are not from dist", () => {
  const judged = (status: number, transcript: string) =>
    judge({ status, transcript, output: transcript })
  const dist = "/tmp/p/node_modules/@zoetrope/core/dist/Task.d.ts"
  expect(judged(0, `${dist}\n/tmp/p/use.ts`)).toEqual([])
  expect(judged(2, `use.ts(1,1): error TS2304: Cannot find name 'x'.\n${dist}`)).toEqual([
    "use.ts(1,1): error TS2304: Cannot find name 'x'.",
  ])
  const source = "/tmp/p/node_modules/@zoetrope/core/src/Task.ts"
  expect(judged(0, source)).toEqual([`types come from ${source}, not from dist`])
  expect(judged(1, "out of memory")).toEqual(["out of memory"])
})

it("knows what a package lets others import", () => {
  const folder = temporary()
  for (const path of ["index.ts", "Task.ts", "media/Film.ts", "internal/hidden.ts"]) {
    mkdirSync(join(folder, "src", path, ".."), { recursive: true })
    writeFileSync(join(folder, "src", path), "")
  }
  const name = "@zoetrope/core"
  expect(
    entriesOf({ name, exports: { ".": {}, "./*": {}, "./internal/*": null } }, folder),
  ).toEqual([name, `${name}/Task`, `${name}/media/Film`])
  expect(entriesOf({ name, exports: { ".": {} } }, folder)).toEqual([name])
  expect(entriesOf({ name, exports: { "./package.json": "./package.json" } }, folder)).toEqual([])
})

it("refuses a public package that needs a private one", () => {
  const core = { name: "@zoetrope/core", dependencies: ["effect"] }
  refuseUnpublished([core, { name: "@zoetrope/node", dependencies: [core.name, "undici"] }])
  expect(() =>
    refuseUnpublished([core, { name: "@zoetrope/cli", dependencies: ["@zoetrope/api"] }]),
  ).toThrow("@zoetrope/cli is public and depends on @zoetrope/api, which is private")
})

it("serves a tarball as npm asks for it, and nothing else", async () => {
  const path = join(temporary(), "core.tgz")
  writeFileSync(path, "packed")
  const manifest = { name: "@zoetrope/core", version: "0.0.0" }
  await using registry = await serve([
    { ...manifest, manifest, path, bytes: 6, integrity: "sha512-x", entries: [] },
  ])
  const document = await fetch(`${registry.url}@zoetrope%2fcore`)
  expect(await document.json()).toMatchObject({
    "dist-tags": { latest: "0.0.0" },
    versions: { "0.0.0": { ...manifest, dist: { integrity: "sha512-x" } } },
  })
  const tarball = await fetch(`${registry.url}@zoetrope/core/-/tarball.tgz`)
  expect(await tarball.text()).toBe("packed")
  expect((await fetch(`${registry.url}effect`)).status).toBe(404)
})

it("hides from a program what npx, pnpm and NODE_PATH have set", async () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const name of ["NODE_PATH", "npm_config_package", "PNPM_HOME"]) vi.stubEnv(name, "/nowhere")
  const { output } = await run(process.execPath, ["-p", "Object.keys(process.env).join()"], {
    cwd: ".",
  })
  expect(output).toContain("PATH")
  expect(output).not.toMatch(/NODE_PATH|npm_|PNPM_/i)
})
