import { assert, describe, it } from "vitest"
import { framesOf } from "../src/framesOf.ts"
import { pictureOf } from "../src/pictureOf.ts"

const size = { columns: 20, rows: 3 }
const said = (...pieces: ReadonlyArray<readonly [at: number, text: string]>) =>
  framesOf(
    pieces.map(([at, text]) => ({ at, bytes: new TextEncoder().encode(text) })),
    size,
  )

describe("framesOf", () => {
  it("is what a terminal shows, and for how long", async () => {
    const frames = await said(
      [0, "one"],
      [50, " two\r\n"],
      [900, "\x1b[A\x1b[2Kthree"],
      [8000, "\n"],
    )
    assert.deepStrictEqual(
      frames.map(({ lasts, rows }) => [
        lasts,
        rows
          .flat()
          .map(({ text }) => text)
          .join("|"),
      ]),
      [
        [900, "one two"],
        // The silence before the last piece is cut, and the end stays.
        [1200 + 8000, "three"],
      ],
    )
  })

  it("keeps colours, and cells of two columns in their places", async () => {
    const [frame] = await said([0, "\x1b[32m\u2713\x1b[39m \x1b[1m录像\x1b[22m ok"])
    assert.deepStrictEqual(frame?.rows[0], [
      { at: 0, cells: 1, text: "\u2713", style: { colour: 2 } },
      { at: 2, cells: 2, text: "录", style: { bold: true } },
      { at: 4, cells: 2, text: "像", style: { bold: true } },
      { at: 6, cells: 3, text: " ok", style: {} },
    ])
  })
})

describe("pictureOf", () => {
  it("draws a row once, steps at the right times, and takes no text for markup", async () => {
    const frames = await said([0, "same\r\n<a> & b"], [1000, "\r\nlast"])
    const picture = pictureOf(frames, { ...size, title: "a & b" })
    assert.strictEqual(picture.split(">same<").length, 2)
    assert.include(
      picture,
      "0.000%{transform:translateX(0px)}11.111%{transform:translateX(-196px)}",
    )
    assert.include(picture, "play 9.00s step-end infinite")
    assert.include(picture, "&lt;a&gt; &amp; b")
    assert.include(picture, "<title>a &amp; b</title>")
  })
})
