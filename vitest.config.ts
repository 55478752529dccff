import { globSync, readFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join } from "node:path"
import { configDefaults, defineConfig } from "vitest/config"

const folders = [
  "packages/*",
  "apps/*",
  "tooling/architecture",
  "tooling/chaos",
  "tooling/create-provider",
  "tooling/errors-doc",
  "tooling/readmes",
  "tooling/record",
  "tooling/test-packages",
  "tooling/fuzz",
  "tooling/reference",
  "examples",
]
const projects = globSync(folders, { cwd: import.meta.dirname }).map((folder) => {
  const root = join(import.meta.dirname, folder)
  const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string }
  return { extends: true as const, root, test: { name } }
})

export default defineConfig({
  test: {
    // Each package is a project by its own name; they share what stands here.
    projects,
    reporters: ["default", "./tooling/vitest/closing-line.ts"],
    // The tests of what is not a package yet: they run where it has become one.
    exclude: [...configDefaults.exclude, "template/**"],
    // Much of a test's time is waiting, on sockets and child processes: one more than there are cores.
    maxWorkers: availableParallelism() + 1,
    // Two cores: what runs beside it (workers that render video, child processes) needs the other one.
    testTimeout: 60_000,
  },
})
