/** How long tasks take, in seconds: to draw from, and to know the truth of. */
export interface Distribution {
  /** @param random gives numbers from 0 to 1 */
  readonly draw: (random: () => number) => number
  /** The share of tasks that have ended by then. */
  readonly ended: (seconds: number) => number
}

export const constant = (seconds: number): Distribution => ({
  draw: () => seconds,
  ended: (by) => (by >= seconds ? 1 : 0),
})

export const uniform = (from: number, to: number): Distribution => ({
  draw: (random) => from + (to - from) * random(),
  ended: (by) => Math.min(1, Math.max(0, (by - from) / (to - from))),
})

export const logNormal = (median: number, sigma: number): Distribution => ({
  draw: (random) =>
    median *
    Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())),
  ended: (by) => (by <= 0 ? 0 : normalBelow(Math.log(by / median) / sigma)),
})

/** The first with such a chance, else the second. */
export const either = (
  chance: number,
  first: Distribution,
  second: Distribution,
): Distribution => ({
  draw: (random) => (random() < chance ? first : second).draw(random),
  ended: (by) => chance * first.ended(by) + (1 - chance) * second.ended(by),
})

/** The share of a standard normal distribution below `z`, to seven digits: Abramowitz and Stegun, 26.2.17. */
const normalBelow = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const series = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153]
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    series.reduce((sum, coefficient) => (sum + coefficient) * t, 0)
  return z > 0 ? 1 - tail : tail
}
