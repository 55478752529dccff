/** Whether a program compiles with what was installed, its libraries' types checked too, and from `dist`. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Project } from "./Project.ts"
import { type Outcome, run } from "./run.ts"
import type { Setting } from "./Setting.ts"
import type { Tool } from "./Tool.ts"

/** Where the first compiler writes what is run. */
export const built = "built"

/** What is wrong, in words. */
export const checkTypes = async (
  { directory }: Project,
  compilers: ReadonlyArray<Tool>,
  { lib, nodeTypes }: Setting,
): Promise<ReadonlyArray<string>> => {
  const compilerOptions = {
    strict: true,
    module: "nodenext",
    target: "es2024",
    lib,
    types: nodeTypes ? ["node"] : [],
    skipLibCheck: false,
    outDir: built,
    rootDir: ".",
  }
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["*.ts"] }),
  )
  const findings: Array<string> = []
  for (const { command, name } of compilers) {
    // One compiler takes a core and half a gigabyte.
    // oxlint-disable-next-line eslint/no-await-in-loop
    const outcome = await run(command, ["--project", ".", "--listFiles"], {
      cwd: directory,
      timeoutSeconds: 300,
    })
    findings.push(...judge(outcome).map((finding) => `${name}: ${finding}`))
  }
  return findings
}

/** What a compiler that was asked for its `--listFiles` has found. */
export const judge = ({ status, transcript }: Outcome): ReadonlyArray<string> => {
  const lines = transcript.split("\n")
  const errors = lines.filter((line) => /error TS\d+/.test(line)).slice(0, 5)
  const source = lines.find((line) => /node_modules\/@zoetrope\/[^/]+\/(?!dist\/)/.test(line))
  return [
    ...(status === 0 ? [] : [errors.join("\n") || transcript.slice(-500)]),
    ...(source === undefined ? [] : [`types come from ${source}, not from dist`]),
  ]
}
