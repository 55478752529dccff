import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tooling/architecture", "examples"],
    reporters: ["default", "./tooling/vitest/closing-line.ts"],
    // Two cores: what runs beside it (workers that render video, child processes) needs the other one.
    testTimeout: 20_000,
  },
})
