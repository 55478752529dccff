/** What the promises of `@zoetrope/node` say of themselves, held against a real provider. */
import { open } from "@zoetrope/node/promises"
import { Models, Provider } from "@zoetrope/volc-cv"
import { ConfigProvider, Effect } from "effect"
import { execFile } from "node:child_process"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"

const readme = new URL("../../packages/node/README.md", import.meta.url)

describe("the README of @zoetrope/node", () => {
  it("begins with plain JavaScript that runs as it stands", { timeout: 30_000 }, async () => {
    const [, example = ""] = /```js\n(.*?)```/s.exec(await readFile(readme, "utf8")) ?? []
    // In this folder, since the packages that it names are looked up from where it lies.
    const file = join(import.meta.dirname, `readme-${process.pid}.tmp.mjs`)
    const directory = await mkdtemp(join(tmpdir(), "zoetrope-example-"))
    await writeFile(file, example)
    try {
      const { stderr, stdout } = await promisify(execFile)(process.execPath, [file], {
        cwd: directory,
        timeout: 25_000,
      })
      expect(stdout).toMatch(/^Submitting\nSubmitted\n(Polled\n)+\S+kite\.mp4 [\da-f]{64}\n$/)
      expect(stderr).toBe("")
      const film = await readFile(join(directory, "kite.mp4"))
      expect(film.subarray(4, 8).toString()).toBe("ftyp")
    } finally {
      await rm(file)
    }
  })
})

describe("types of a provider's models", () => {
  it("hold their inputs", () => {
    const typed = async (volc: Awaited<ReturnType<typeof open>>) => {
      await volc.run(Models.jimengVideo30Pro, { prompt: "p", frames: 241, image: new Blob([]) })
      await volc.run(Models.lipSyncLite, { url: "u", pure_audio_url: "a", align_audio: true })
      // @ts-expect-error -- 121 or 241
      await volc.run(Models.jimengVideo30Pro, { prompt: "p", frames: 100 })
      // @ts-expect-error -- a switch of the other mode
      await volc.run(Models.lipSyncBasic, { url: "u", pure_audio_url: "a", align_audio: true })
      // @ts-expect-error -- both addresses are required
      await volc.submit(Models.lipSyncLite, { url: "u" })
    }
    expect(typed).toBeTypeOf("function")
  })
})

describe("open", () => {
  it("tells which variables are missing, and names no secret", async () => {
    const environment = ConfigProvider.fromEnvRecord({ VOLC_ACCESS_KEY_ID: "AKLT-of-the-test" })
    const provider = Provider.fromConfig().pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, environment),
    )
    await expect(open(provider)).rejects.toThrow(
      /^VOLC_SECRET_ACCESS_KEY: is not set, but VOLC_ACCESS_KEY_ID is; set both$/,
    )
  })
})
