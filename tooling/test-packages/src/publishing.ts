/** Whether a tarball is what package managers, bundlers and TypeScript expect: publint and attw. */
import { run } from "./run.ts"
import type { Tarball } from "./Tarball.ts"

/** What is wrong, in words. */
export const checkPublishing = async (
  root: string,
  { manifest, path }: Tarball,
): Promise<ReadonlyArray<string>> => {
  const publint = await run("pnpm", ["exec", "publint", "run", path, "--strict"], { cwd: root })
  const findings = publint.status === 0 ? [] : [`publint: ${publint.transcript.trim()}`]
  // A program without modules has no types to be wrong.
  if (Object.keys(manifest.exports ?? {}).every((entry) => entry === "./package.json")) {
    return findings
  }
  // No CommonJS is published: Node's require() loads modules, and TypeScript knows it.
  const attw = await run("pnpm", ["exec", "attw", path, "--profile", "esm-only"], { cwd: root })
  return attw.status === 0 ? findings : [...findings, `attw: ${attw.transcript.trim()}`]
}
