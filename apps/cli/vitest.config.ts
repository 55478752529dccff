import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // Each test starts processes; more of them at once only make each slower on two cores.
    maxConcurrency: 3,
    testTimeout: 20_000,
  },
})
