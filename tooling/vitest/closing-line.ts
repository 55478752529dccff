import type { Reporter, TestModule } from "vitest/node"

/**
 * Ends every run with one plain line, `N passed, N failed`, for people and scripts that read the
 * last line only. A test file that could not be loaded and an error outside any test count as
 * failures: vitest's own totals leave both out.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0
    let failed = unhandledErrors.length
    const skipped: Array<string> = []
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === "passed") passed += 1
        else if (result.state === "failed") failed += 1
        else skipped.push(`${test.fullName}${result.note === undefined ? "" : ` (${result.note})`}`)
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length
    }
    for (const name of skipped) console.log(`skipped: ${name}`)
    console.log(`\n${passed} passed, ${failed} failed`)
  }
}
