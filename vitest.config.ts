import { globSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { defineConfig } from "vitest/config"

const projects = globSync(["packages/*", "apps/*", "tooling/architecture", "examples"], {
  cwd: import.meta.dirname,
}).map((folder) => {
  const root = join(import.meta.dirname, folder)
  const { name } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { name: string }
  return { extends: true as const, root, test: { name } }
})

export default defineConfig({
  test: {
    // Each package is a project by its own name; they share what stands here.
    projects,
    reporters: ["default", "./tooling/vitest/closing-line.ts"],
    // Two cores: what runs beside it (workers that render video, child processes) needs the other one.
    testTimeout: 20_000,
  },
})
