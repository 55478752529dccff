/** How long programs take from start to end, each start a process of its own. */
import type { Project } from "./Project.ts"
import { runWell } from "./run.ts"

/**
 * Wall time of each start of each program, in milliseconds. They take turns, so that a busy moment of
 * the machine meets them all; the first turn, which finds cold caches of the file system, does not count.
 */
export const startUp = async (
  { directory }: Pick<Project, "directory">,
  runtime: string,
  programs: Readonly<Record<string, ReadonlyArray<string>>>,
  rounds: number,
): Promise<ReadonlyArray<Readonly<Record<string, number>>>> => {
  const measured: Array<Record<string, number>> = []
  for (let round = 0; round <= rounds; round++) {
    const one: Record<string, number> = {}
    for (const [name, args] of Object.entries(programs)) {
      const startedAt = performance.now()
      // oxlint-disable-next-line eslint/no-await-in-loop
      await runWell(runtime, args, { cwd: directory })
      one[name] = performance.now() - startedAt
    }
    if (round > 0) measured.push(one)
  }
  return measured
}
