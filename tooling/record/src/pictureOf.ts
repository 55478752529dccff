/**
 * Frames as one moving SVG that needs no script: all frames stand side by side, and a window jumps from one
 * to the next. A row is drawn once, however many frames show it. Who asked for less motion sees the last one.
 */
import type { Frame, Run } from "./framesOf.ts"

const cell = { width: 8.4, height: 19, font: 14 }
const margin = 14

const own = "#d6deeb"
/** The sixteen colours of a terminal, on a dark ground. */
const palette = [
  ["#575656", "#ff6a6a", "#5fd787", "#e5c07b", "#82aaff", "#c792ea", "#56c8d8", "#d6deeb"],
  ["#7a8599", "#ff8f8f", "#8be9a8", "#ffd98a", "#a3c1ff", "#ddb3f5", "#84e0ec", "#ffffff"],
].flat()

export const pictureOf = (
  frames: ReadonlyArray<Frame>,
  {
    columns,
    rows,
    title,
  }: { readonly columns: number; readonly rows: number; readonly title: string },
): string => {
  const width = round(columns * cell.width + 2 * margin)
  const height = rows * cell.height + 2 * margin
  const lines = new Map<string, number>()
  const drawn = frames.map((frame, index) => {
    const uses = frame.rows.map((row, y) => {
      if (row.length === 0) return ""
      const line = row.map(run).join("")
      if (!lines.has(line)) lines.set(line, lines.size)
      return `<use href="#l${lines.get(line)}" y="${(y + 1) * cell.height}"/>`
    })
    return `<g transform="translate(${index * width + margin} ${margin})">${uses.join("")}</g>`
  })
  const whole = frames.reduce((sum, { lasts }) => sum + lasts, 0)
  let passed = 0
  const steps = frames.map(({ lasts }, index) => {
    const step = `${((100 * passed) / whole).toFixed(3)}%{transform:translateX(${-index * width}px)}`
    passed += lasts
    return step
  })
  const last = `transform:translateX(${-(frames.length - 1) * width}px)`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escaped(title)}</title>
<style>
text{font:${cell.font}px ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono","Noto Sans Mono CJK SC",monospace;fill:${own};white-space:pre}
.b{font-weight:bold}.d{opacity:.6}
#film{animation:play ${(whole / 1000).toFixed(2)}s step-end infinite}
@keyframes play{${steps.join("")}}
@media (prefers-reduced-motion:reduce){#film{animation:none;${last}}}
</style>
<defs>
${[...lines].map(([line, index]) => `<g id="l${index}">${line}</g>`).join("\n")}
</defs>
<rect width="${width}" height="${height}" rx="8" fill="#101622"/>
<g id="film">
${drawn.join("\n")}
</g>
</svg>
`
}

const run = ({ at, cells, style, text }: Run): string => {
  const classes = [style.bold && "b", style.dim && "d"].filter(Boolean).join(" ")
  const attributes = [
    `x="${round(at * cell.width)}"`,
    `textLength="${round(cells * cell.width)}"`,
    'lengthAdjust="spacingAndGlyphs"',
    ...(classes === "" ? [] : [`class="${classes}"`]),
    // Said as a style, since a sheet's fill is stronger than an attribute.
    ...(style.colour === undefined ? [] : [`style="fill:${colourOf(style.colour)}"`]),
  ]
  return `<text ${attributes.join(" ")}>${escaped(text)}</text>`
}

/** What is beyond the first sixteen is the cube and the greys of a terminal with 256 colours. */
const colourOf = (colour: number | string): string => {
  if (typeof colour === "string") return colour
  if (colour < 16) return palette[colour] ?? own
  const cube = colour - 16
  const [red, green, blue] =
    colour < 232
      ? [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]
      : [0, 0, 0].fill(8 + 10 * (colour - 232))
  return `rgb(${red},${green},${blue})`
}

const level = (value: number): number => (value === 0 ? 0 : 55 + 40 * value)

const round = (value: number): number => Math.round(value * 10) / 10

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
