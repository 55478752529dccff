import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // Each test starts processes; more of them at once only make each slower on two cores.
    maxConcurrency: 5,
    testTimeout: 20_000,
  },
})
