import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { inProcess, said } from "./inProcess.ts"

const zoetrope = inProcess([VolcCv.plugin, Vidu.plugin])

const directory = mkdtempSync(join(tmpdir(), "zoetrope-completions-"))
beforeAll(() => writeFileSync(join(directory, "kite.png"), ""))
afterAll(() => rmSync(directory, { recursive: true }))

/** What is offered, without what is said of each, for a line whose last word is not finished. */
type Complete = (script: string, line: string) => ReadonlyArray<string>

/** The one function that the script takes from the package `bash-completion`, for unquoted words. */
const initCompletion = `_init_completion() {
  words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  cur=\${words[cword]} prev=\${words[cword - 1]}
}`

const lines = (text: string): ReadonlyArray<string> => text.split("\n").filter((one) => one !== "")

const run = (shell: string, args: ReadonlyArray<string>): string => {
  const { stderr, stdout } = spawnSync(shell, args, { cwd: directory, encoding: "utf8" })
  expect(stderr).toBe("")
  return stdout
}

const shells: Readonly<
  Record<string, { readonly check: ReadonlyArray<string>; readonly complete?: Complete }>
> = {
  bash: {
    check: ["-n"],
    complete: (script, line) => {
      const ask = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _zoetrope zoetrope "\${@: -1}" "\${@: -2:1}"; printf '%s\\n' "\${COMPREPLY[@]}"`
      const args = ["--norc", "--noprofile", "-c", `${initCompletion}\n${ask}`, "bash", script]
      return lines(run("bash", [...args, ...line.split(" ")]))
    },
  },
  fish: {
    check: ["--no-execute"],
    complete: (script, line) =>
      lines(
        run("fish", ["--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', script, line]),
      ).map((one) => one.split("\t", 1)[0] ?? ""),
  },
  zsh: { check: ["-n"] },
}

for (const [shell, { check, complete }] of Object.entries(shells)) {
  const isHere = spawnSync(shell, ["--version"]).status === 0
  describe.skipIf(!isHere)(`--completions ${shell}`, () => {
    const script = join(directory, `zoetrope.${shell}`)
    const write = async () => {
      expect(await zoetrope("--completions", shell)).toBe(0)
      writeFileSync(script, said.stdout)
    }

    it("is a script of that shell", async () => {
      await write()
      expect(said.stdout.length).toBeGreaterThan(10_000)
      expect(run(shell, [...check, script])).toBe("")
    })

    it("is of every command, wherever it is asked for", async () => {
      await write()
      const whole = said.stdout
      said.stdout = ""
      await zoetrope("list", "--completions", shell)
      expect(said.stdout).toBe(whole)
    })

    if (complete === undefined) return

    it.each([
      ["zoetrope gen", ["generate"]],
      ["zoetrope keys ", ["list", "make", "rm"]],
      ["zoetrope generate volc-cv/lip", ["volc-cv/lip-sync-basic", "volc-cv/lip-sync-lite"]],
      ["zoetrope generate vidu/img2video --dura", ["--duration"]],
      ["zoetrope generate volc-cv/jimeng-video-3.0-pro --aspect-ratio 1", ["16:9", "1:1"]],
      ["zoetrope list --state unde", ["undecided"]],
      ["zoetrope list --model vi", ["vidu/img2video"]],
      ["zoetrope models show vi", ["vidu/img2video"]],
      ["zoetrope generate vidu/img2video --image ki", ["kite.png"]],
    ])("completes %s", async (line, offered) => {
      await write()
      expect(complete(script, line).toSorted()).toEqual(offered)
    })
  })
}
