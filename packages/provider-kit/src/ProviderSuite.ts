/**
 * The suite that every provider passes, registered with vitest: one test for each check, each with a
 * simulator of its own on loopback.
 */
import { afterAll, assert, describe, it } from "vitest"
import * as Checks from "./Checks.ts"
import type { Subject } from "./Subject.ts"

/** Call it once in a test file; `name` is the provider's. */
export const run = (name: string, subject: Subject): void => {
  describe(`${name}, as every provider`, () => {
    const films = Checks.makeFilms()
    afterAll(() => films.close())
    for (const check of Checks.concerning(subject)) {
      // oxlint-disable-next-line vitest/valid-title -- the title is data
      it(check.name, { timeout: 30_000 }, async () => {
        assert.deepStrictEqual(await Checks.run(check, subject, films), [], check.why)
      })
    }
  })
}
