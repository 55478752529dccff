/** The real command in a process of its own, against a real simulator in this one. */
import {
  demoAccount,
  makeSimulator,
  type Simulator,
  type SimulatorOptions,
} from "@zoetrope/simulator"
import { dialect as vidu } from "@zoetrope/vidu/simulator"
import { dialect as volcCv } from "@zoetrope/volc-cv/simulator"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, vi } from "vitest"
import { pathIn } from "../src/setup/DataDirectory.ts"

/** The path of the command. */
export const main = new URL("../src/main.ts", import.meta.url).pathname

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly ended: Promise<Ended>
  /** Resolves when either stream has said this. */
  readonly says: (text: string) => Promise<void>
  readonly stdout: () => string
  readonly stderr: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Reads no more of stdout: what a reader like `head` does. */
  readonly closeStdout: () => void
}

export interface Place {
  readonly directory: string
  readonly environment: Readonly<Record<string, string>>
}

/** Of the whole file: hooks of one test do not work where tests run concurrently. */
export const cleanups: Array<() => Promise<void>> = []
afterAll(() => Promise.all(cleanups.map((cleanup) => cleanup())))

/** A directory of its own as HOME and working directory, removed after the tests. */
export const emptyPlace = async (): Promise<Place> => {
  const directory = await mkdtemp(join(tmpdir(), "zoetrope-cli-"))
  cleanups.push(() => rm(directory, { recursive: true, force: true }))
  return {
    directory,
    // The language of whoever runs the tests is none of theirs.
    environment: { HOME: directory, PATH: process.env["PATH"] ?? "", ZOETROPE_LANG: "en" },
  }
}

/** A simulator of both providers whose films are ready at once, and a place that knows its accounts. */
export const simulated = async (
  options: Omit<SimulatorOptions, "dialects"> = {},
): Promise<Place & { readonly simulator: Simulator }> => {
  const simulator = await makeSimulator({
    dialects: [volcCv, vidu],
    speed: 500,
    renderer: { render: () => Promise.resolve(film) },
    ...options,
  })
  cleanups.push(() => simulator.close())
  const place = await emptyPlace()
  return {
    simulator,
    directory: place.directory,
    environment: {
      ...place.environment,
      VOLC_ACCESS_KEY_ID: demoAccount.id,
      VOLC_SECRET_ACCESS_KEY: demoAccount.secret,
      VOLC_BASE_URL: simulator.url,
      VIDU_API_KEY: demoAccount.secret,
      VIDU_BASE_URL: simulator.url,
    },
  }
}

/** Runs `zoetrope` with these arguments. Whatever it says is looked through for secrets. */
export const start = (
  place: Place,
  args: ReadonlyArray<string>,
  options: {
    readonly stdin?: string
    /** More that must not be printed. */
    readonly secrets?: ReadonlyArray<string>
    /** What this command may print all the same. */
    readonly allowed?: ReadonlyArray<string>
  } = {},
): Running => {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: place.directory,
    env: place.environment,
    stdio: "pipe",
  })
  // A test that fails leaves no process behind.
  cleanups.push(async () => void child.kill("SIGKILL"))
  let stdout = ""
  let stderr = ""
  const listeners = new Set<() => void>()
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
    for (const listener of listeners) listener()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  child.stdin.on("error", () => {})
  child.stdin.end(options.stdin ?? "")
  const secrets = [...secretsOf(place), ...(options.secrets ?? [])].filter(
    (secret) => options.allowed?.includes(secret) !== true,
  )
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  }).then((end) => {
    expectClean(end, secrets)
    return end
  })
  return {
    ended,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!stderr.includes(text) && !stdout.includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        child.on("close", () => reject(new Error(`ended before it said "${text}":\n${stderr}`)))
        look()
      }),
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => child.kill(signal),
    closeStdout: () => child.stdout.destroy(),
  }
}

export const secretsOf = (place: Place): ReadonlyArray<string> => [
  demoAccount.secret,
  place.environment["VOLC_SECRET_ACCESS_KEY"] ?? demoAccount.secret,
  "Signature=",
]

/** Nothing that a command says holds a secret, or looks like a mistake of it. */
export const expectClean = (
  end: Pick<Ended, "stdout" | "stderr">,
  secrets: ReadonlyArray<string>,
) => {
  for (const secret of secrets) {
    expect(`${end.stdout}\n${end.stderr}`, "a secret was printed").not.toContain(secret)
  }
  expect(end.stderr, "a stack trace was printed").not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
}

/** From now on, this process works where such a command would. */
export const enter = (place: Place): void => {
  vi.stubEnv("ZOETROPE_DATA_DIR", undefined)
  vi.stubEnv("XDG_DATA_HOME", undefined)
  for (const [name, value] of Object.entries(place.environment)) vi.stubEnv(name, value)
  process.chdir(place.directory)
}

/** Where a command without a flag keeps its data there. */
export const dataOf = (place: Place): string => pathIn({}, process.platform, place.directory)

export const zoetrope = (
  place: Place,
  args: ReadonlyArray<string>,
  options?: Parameters<typeof start>[2],
): Promise<Ended> => start(place, args, options).ended

/** The handle in a text for people. */
export const handleIn = (text: string): string => {
  const handle = /zt1\.[\w-]+/.exec(text)?.[0]
  expect(handle, `no handle in:\n${text}`).toBeDefined()
  return handle!
}

/** The id of the generation that a text for people names first. */
export const idIn = (text: string): string => {
  const id = /\b[0-9a-hjkmnp-tv-z]{12}\b/.exec(text)?.[0]
  expect(id, `no id in:\n${text}`).toBeDefined()
  return id!
}

/** A text for people without its line breaks, which depend on the width. */
export const unwrapped = (text: string): string => text.replaceAll(/\s+/g, " ")

/** A real MP4 that costs no rendering: the sample that the simulator serves. */
const bytes = readFileSync(
  new URL("../assets/sample.mp4", import.meta.resolve("@zoetrope/simulator")),
)
export const film = {
  bytes,
  width: 640,
  height: 360,
  seconds: 3,
  md5: createHash("md5").update(bytes).digest("hex"),
  sha256: createHash("sha256").update(bytes).digest("hex"),
}
