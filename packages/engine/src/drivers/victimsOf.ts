/** Which generations the janitor removes, where it was told to remove any. Pure; by default it is told nothing. */
import { Duration } from "effect"
import { type Artifact, type Generation, hasEnded, type InputFile } from "../Generation.ts"

export interface Retention {
  /** Those that ended longer ago than this go. Default: none. */
  readonly olderThan?: Duration.Input | undefined
  /**
   * In bytes, for all artifacts and input files together. Above it those that ended first go, except
   * what ended within the last hour: somebody may be about to look at it. Default: no limit.
   */
  readonly quotaBytes?: number | undefined
}

export interface Holding {
  readonly generation: Generation
  readonly files: ReadonlyArray<Pick<Artifact | InputFile, "path" | "bytes">>
}

/** In milliseconds. */
const tooYoung = 3_600_000

/** Oldest first. What has not ended, undecided ones among them, is never chosen. */
export const victimsOf = (
  holdings: ReadonlyArray<Holding>,
  { olderThan, quotaBytes }: Retention,
  now: number,
): ReadonlyArray<Generation> => {
  const age = ({ updatedAt }: Generation): number => now - updatedAt
  const oldest = olderThan === undefined ? Infinity : Duration.toMillis(olderThan)
  const users = new Map<string, number>()
  const held = new Set<string>()
  let bytes = 0
  for (const { files, generation } of holdings) {
    for (const file of distinct(files)) {
      const count = users.get(file.path) ?? 0
      if (count === 0) bytes += file.bytes
      users.set(file.path, count + 1)
      if (!hasEnded(generation.state)) held.add(file.path)
    }
  }

  const victims: Array<Generation> = []
  const ended = holdings
    .filter(({ generation }) => hasEnded(generation.state))
    .toSorted((a, b) => a.generation.updatedAt - b.generation.updatedAt)
  for (const { files, generation } of ended) {
    const isOld = age(generation) > oldest
    const isInTheWay =
      quotaBytes !== undefined &&
      bytes > quotaBytes &&
      age(generation) > tooYoung &&
      // Whoever has no file of its own is history that takes no room.
      files.some(({ path }) => !held.has(path))
    if (!isOld && !isInTheWay) continue
    victims.push(generation)
    for (const file of distinct(files)) {
      const left = (users.get(file.path) ?? 0) - 1
      users.set(file.path, left)
      if (left === 0) bytes -= file.bytes
    }
  }
  return victims
}

const distinct = (files: Holding["files"]): Holding["files"] => [
  ...new Map(files.map((file) => [file.path, file])).values(),
]
