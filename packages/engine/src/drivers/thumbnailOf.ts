/** The picture that stands for a generation: the cover that was kept, else the first picture that was given. */
import type { Artifact, InputFile } from "../Generation.ts"

/**
 * @param isPicture whether an input field takes pictures, as its model says (`x-media`)
 */
export const thumbnailOf = (
  artifacts: ReadonlyArray<Artifact>,
  files: ReadonlyArray<InputFile>,
  isPicture: (field: string) => boolean,
): Artifact | InputFile | undefined =>
  artifacts.find(({ kind }) => kind === "cover") ?? files.find(({ field }) => isPicture(field))
