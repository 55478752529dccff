/** Lengths of texts as people count them: an emoji family is one character, whatever it is made of. */

const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" })

/** Characters of a text; stops counting above the limit, so that a huge text costs no more than a long one. */
export const countUpTo = (text: string, limit: number): number => {
  let count = 0
  for (const _ of segmenter.segment(text)) {
    count += 1
    if (count > limit) break
  }
  return count
}
