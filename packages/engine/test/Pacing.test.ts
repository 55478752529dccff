import { addressField } from "@zoetrope/core/Media"
import type { Model, Timing } from "@zoetrope/core/Model"
import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Duration } from "../src/Generation.ts"
import { type Schedule, schedule } from "../src/internal/schedule.ts"
import { cohortOf, learn, type Learnt, pauseSeconds } from "../src/Pacing.ts"
import { model as plain } from "./support/vendor.ts"

const timing: Timing = {
  usual: 180,
  longest: 1800,
  poll: { floor: 2, ceiling: 5 },
  retention: 43_200,
  link: 3600,
}

describe("a cohort", () => {
  const Input = Schema.Struct({
    prompt: Schema.String,
    frames: Schema.optionalKey(Schema.Literals([121, 241]).annotate({ default: 121 })),
    ratio: Schema.optionalKey(Schema.Literals(["16:9", "1:1"])),
    length: Schema.optionalKey(Schema.Finite),
    sound: Schema.optionalKey(Schema.Boolean.annotate({ default: false })),
    seed: Schema.optionalKey(Schema.Int.annotate({ default: -1 })),
    style: Schema.optionalKey(Schema.String),
    picture: Schema.optionalKey(
      addressField("image", {
        title: "Picture",
        "x-title-zh": "图",
        description: "A picture",
        "x-description-zh": "图",
      }),
    ),
  })
  const { examples: _none, input: _other, rules, ...rest } = plain
  const model: Model<typeof Input.Type> = { ...rest, input: Input, examples: [], rules }
  const standard = "fake/one frames=121 sound=false"

  it.each<[string, Record<string, unknown>, string]>([
    ["a default counts as given", { prompt: "a" }, standard],
    [
      "and what is given counts as the default",
      { prompt: "a", sound: false, frames: 121 },
      standard,
    ],
    ["the order of an input does not matter", { frames: 121, sound: false, prompt: "a" }, standard],
    [
      "each option is named",
      { ratio: "1:1", frames: 241 },
      "fake/one frames=241 ratio=1:1 sound=false",
    ],
    ["numbers are rounded", { length: 12.3456 }, "fake/one frames=121 length=12 sound=false"],
    [
      "nothing private is told",
      { prompt: "secret", seed: 42, style: "secret", picture: "https://example.test/secret" },
      standard,
    ],
    [
      "nor what is no option at all",
      { frames: "secret", ratio: "secret", length: Number.NaN, sound: "secret", other: 1 },
      "fake/one",
    ],
  ])("%s", (_, input, expected) => {
    expect(cohortOf(model, input)).toBe(expected)
  })
})

describe("the best schedule", () => {
  const problems = fc
    .record({
      ends: fc.array(fc.nat(9), { minLength: 4, maxLength: 10 }),
      floor: fc.integer({ min: 1, max: 2 }),
      more: fc.integer({ min: 0, max: 2 }),
      late: fc.double({ min: 0, max: 0.5, noNaN: true }),
    })
    .filter(({ ends }) => ends.some((weight) => weight > 0))
    .map(({ ends, floor, late, more }) => {
      const sum = ends.reduce((total, weight) => total + weight, 0)
      let by = 0
      const ended = Float64Array.from([0, ...ends], (weight) => (by += weight) / sum)
      return { ended, floor, lag: floor + more, scatter: 0, late }
    })

  it("keeps to the floor and to the share of the late, and nothing as punctual has fewer polls", () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const { ended, floor, lag, late } = problem
        const steps = walk(schedule(problem), ended)
        for (const [index, step] of steps.entries()) {
          expect(step - (steps[index - 1] ?? 0)).toBeGreaterThanOrEqual(floor)
        }
        const found = valued(steps, ended, lag)
        expect(found.late).toBeLessThanOrEqual(late + 1e-9)
        for (const other of all(ended.length - 1, floor)) {
          const { late: otherLate, polls } = valued(other, ended, lag)
          if (otherLate <= found.late) expect(found.polls).toBeLessThanOrEqual(polls + 0.01)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe("the pause", () => {
  const durations = fc.array(
    fc
      .tuple(
        fc.double({ min: 0, max: 5000, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
      )
      .map(([over, more]): Duration => ({ over, under: over + more })),
    { maxLength: 40 },
  )
  const timings = fc.record({
    usual: fc.double({ min: 1, max: 3600, noNaN: true }),
    floor: fc.double({ min: 0.1, max: 60, noNaN: true }),
    factor: fc.double({ min: 1, max: 5, noNaN: true }),
  })

  it("is never under the floor and never minutes too long, whatever was seen", () => {
    fc.assert(
      fc.property(
        durations,
        timings,
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1e6, noNaN: true }),
            fc.double({ min: 0, max: 1, noNaN: true }),
          ),
        ),
        (seen, { factor, floor, usual }, moments) => {
          const poll = { floor, ceiling: floor * factor }
          const learnt = learn({ ...timing, usual, poll }, seen)
          for (const [age, random] of moments) {
            const pause = pauseSeconds(learnt, age, random)
            expect(pause).toBeGreaterThanOrEqual(floor)
            expect(pause).toBeLessThanOrEqual(
              Math.max(floor, Math.min(60 * poll.ceiling, timing.link / 12)),
            )
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it("finds what takes far longer than all before it within two ceilings", () => {
    const learnt = learn(timing, constantly(90, 128))
    for (const took of [95, 120, 500, 5000]) {
      expect(follow(learnt, took, () => 0.5).lag).toBeLessThanOrEqual(10)
    }
  })

  it("misses nothing by more than the lag before it has seen anything", () => {
    const learnt = learn(timing, [])
    for (let took = 5; took < 500; took += 7.3) {
      expect(follow(learnt, took, () => 0.5).lag).toBeLessThanOrEqual(2.85)
    }
  })

  it("scales with the floor", () => {
    const seen = constantly(90, 40)
    const slow = learn(timing, seen)
    const fast = learn(
      { ...timing, usual: 18, poll: { floor: 0.2, ceiling: 0.5 }, link: 360 },
      seen.map(({ over, under }) => ({ over: over / 10, under: under / 10 })),
    )
    for (const age of [0, 50, 89, 92, 120]) {
      expect(pauseSeconds(fast, age / 10, 0.5)).toBeCloseTo(pauseSeconds(slow, age, 0.5) / 10, 6)
    }
  })

  it("breaks a long wait now and then, an interval before its end", () => {
    const learnt = learn(timing, constantly(90, 128))
    const [probe, ...whole] = [0, 0.2, 0.4, 0.6, 0.8, 1].map((random) =>
      pauseSeconds(learnt, 0, random),
    )
    expect(whole).toEqual(whole.toSorted((one, other) => one - other))
    expect(Math.min(...whole)).toBeGreaterThan(90)
    // Scattered within the lag, so that none of them is late.
    expect(Math.max(...whole)).toBeLessThan(90 + 2.85 + 1)
    expect(probe).toBeLessThan(90)
  })

  it("notices when tasks have become faster, though it waits for slow ones", () => {
    const course = [...repeat(128, () => 90), ...repeat(100, () => 30), ...repeat(200, () => 30)]
    const { paced } = simulate(course, 228)
    expect(
      quantile(
        paced.map(({ lag }) => lag),
        0.95,
      ),
    ).toBeLessThanOrEqual(2.85)
  })
})

/** The figures that pacing is held to, at a size for tests; `./zoe bench pacing` has the whole. */
describe("polls and lag, learnt online", () => {
  const logNormal =
    (median: number, sigma: number): Draw =>
    (random) =>
      median *
      Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()))
  const fast = logNormal(20, 0.1)
  const slow = logNormal(150, 0.15)

  const humps: Draw = (random) => (random() < 0.35 ? fast : slow)(random)

  it.each<[string, draw: Draw, overBest: number, overFixed: number]>([
    ["constant", () => 90, 1.15, 0.5],
    ["log-normal, σ 0.1", logNormal(90, 0.1), 1.15, 0.5],
    ["log-normal, σ 0.3", logNormal(90, 0.3), 1.15, 0.5],
    ["log-normal, σ 0.6", logNormal(90, 0.6), 1.15, 1],
    ["uniform", (random) => 30 + 270 * random(), 1.15, 1],
    // Within the goal on these courses; on the benchmark's longer ones it is missed (1.19).
    ["two humps", humps, 1.15, 0.5],
  ])("%s", (_, draw, overBest, overFixed) => {
    const measured = measure(draw)
    expect.soft(measured.overBest).toBeLessThanOrEqual(overBest)
    expect.soft(measured.overFixed).toBeLessThanOrEqual(overFixed)
    // Of a fixed 3 s that begins anywhere, 95 % are found within this.
    expect.soft(measured.p95).toBeLessThanOrEqual(2.85)
  })
})

/** Medians of five seeds, which stay as they are: a seed that passes is no proof. */
const measure = (draw: Draw) => {
  const random = numbers(6)
  const best = bestPolls(repeat(50_000, () => draw(random)))
  const seeds = [1, 2, 3, 4, 5].map((seed) => {
    const chance = numbers(seed)
    const { fixed, paced } = simulate(
      repeat(1128, () => draw(chance)),
      128,
    )
    const polls = mean(paced.map((found) => found.polls))
    return {
      overBest: polls / best,
      overFixed: polls / mean(fixed.map((found) => found.polls)),
      p95: quantile(
        paced.map(({ lag }) => lag),
        0.95,
      ),
    }
  })
  const median = (of: (one: (typeof seeds)[number]) => number) => quantile(seeds.map(of), 0.5)
  return {
    overBest: median((one) => one.overBest),
    overFixed: median((one) => one.overFixed),
    p95: median((one) => one.p95),
  }
}

type Draw = (random: () => number) => number

interface Found {
  readonly polls: number
  readonly lag: number
  readonly duration: Duration
}

const follow = (learnt: Learnt, took: number, random: () => number): Found => {
  let over = 0
  for (let polls = 1; ; polls++) {
    const under = over + pauseSeconds(learnt, over, random())
    if (under >= took) return { polls, lag: under - took, duration: { over, under } }
    over = under
  }
}

/** One task after the other, learnt from by what its polls saw; the first are not counted. */
const simulate = (course: ReadonlyArray<number>, warmUp: number) => {
  const random = numbers(2)
  const paced: Array<Found> = []
  const fixed: Array<{ readonly polls: number }> = []
  let durations: ReadonlyArray<Duration> = []
  let learnt = learn(timing, durations)
  let unlearnt = 0
  for (const [number, took] of course.entries()) {
    const found = follow(learnt, took, random)
    durations = [found.duration, ...durations].slice(0, 128)
    unlearnt += 1
    if (unlearnt > learnt.goodFor) {
      learnt = learn(timing, durations)
      unlearnt = 0
    }
    if (number < warmUp) continue
    paced.push(found)
    fixed.push({ polls: 1 + Math.ceil(Math.max(0, took - 3 * random()) / 3) })
  }
  return { paced, fixed }
}

/** Of the schedule that knows how long these take, with the lag of a fixed 3 s for all but 5 %. */
const bestPolls = (durations: ReadonlyArray<number>): number => {
  const lag = 48
  const step = 2.85 / lag
  const sorted = durations.toSorted((a, b) => a - b)
  const steps = Math.ceil((sorted.at(-1) ?? 0) / step) + 1
  let count = 0
  const ended = Float64Array.from({ length: steps + 1 }, (_, at) => {
    while ((sorted[count] ?? Number.POSITIVE_INFINITY) <= at * step) count += 1
    return count / sorted.length
  })
  const best = schedule({ ended, floor: Math.floor(2 / step), lag, scatter: 0, late: 0.05 })
  return valued(walk(best, ended), ended, lag).polls
}

/** The steps that a schedule polls at. */
const walk = (next: Schedule, ended: Float64Array): ReadonlyArray<number> => {
  const steps: Array<number> = []
  for (let step = next[0]; step !== undefined; step = next[step]) {
    steps.push(step)
    if ((ended[step] ?? 1) === 1) break
  }
  return steps
}

const valued = (steps: ReadonlyArray<number>, ended: Float64Array, lag: number) => {
  const by = (step: number) => ended[Math.min(step, ended.length - 1)] ?? 1
  let polls = 0
  let late = 0
  let last = 0
  for (const step of steps) {
    polls += 1 - by(last)
    late += Math.max(0, by(step - lag) - by(last))
    last = step
  }
  return { polls, late }
}

/** All schedules whose last poll finds whatever is left. */
const all = (last: number, floor: number): ReadonlyArray<ReadonlyArray<number>> => {
  const from = (step: number): ReadonlyArray<ReadonlyArray<number>> =>
    step >= last
      ? [[]]
      : Array.from(
          { length: Math.max(1, last - step - floor + 1) },
          (_, more) => step + floor + more,
        ).flatMap((then) => from(then).map((rest) => [then, ...rest]))
  return from(0)
}

const constantly = (seconds: number, count: number): ReadonlyArray<Duration> =>
  repeat(count, () => ({ over: seconds - 1, under: seconds + 1 }))

const repeat = <A>(count: number, make: () => A): ReadonlyArray<A> =>
  Array.from({ length: count }, make)

const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN

/** Numbers from 0 to 1, the same for the same seed: Park and Miller's generator. */
function numbers(seed: number): () => number {
  let state = seed * 48_271
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
