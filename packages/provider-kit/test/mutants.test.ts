/** Each check can fail: a provider that is broken just so is caught by it. */
import { Checks } from "@zoetrope/provider-kit"
import { afterAll, assert, describe, it } from "vitest"
import { type Mutant, mutants } from "./mutants.ts"

const films = Checks.makeFilms()
afterAll(() => films.close())

/** What its mutant must be caught by, and what must not mind: the checks on which no money depends. */
const asked = ({ caughtBy, subject }: Mutant) =>
  Checks.concerning(subject).filter(({ money, name }) => !money || caughtBy.includes(name))

describe("a provider that", () => {
  for (const mutant of mutants) {
    it(`${mutant.name} is caught`, async () => {
      // At the same time: most of their time is waiting, and each has a simulator of its own.
      const failed = await Promise.all(
        asked(mutant).map(async (check) => {
          const complaints = await Checks.run(check, mutant.subject, films)
          return complaints.length > 0 ? [check.name] : []
        }),
      )
      assert.sameMembers(failed.flat(), [...mutant.caughtBy])
    })
  }
})

describe("Checks", () => {
  it("has a mutant for every check", () => {
    const proven = new Set(mutants.flatMap(({ caughtBy }) => caughtBy))
    const unproven = Checks.all.filter(({ name }) => !proven.has(name))
    assert.deepStrictEqual(
      unproven.map(({ name }) => name),
      [],
    )
  })
})
