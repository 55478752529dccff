/**
 * The sample picture: a zoetrope at dusk, whose birds leave the strip and fly.
 *
 * `zoetrope()` returns an SVG document of 1280 × 720. Everything is computed, no fonts, no files.
 */

const WIDTH = 1280
const HEIGHT = 720

export const zoetrope = () =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">
${definitions}
${[sky(), ranges(), lake(), meadow(), drum(), flight(), grass()].join("\n")}
</svg>
`

const SUN = { x: 330, y: 388 }
const HORIZON = 430
const DRUM = { x: 850, rim: 372, rx: 235, ry: 74, height: 178 }

/** Numbers from 0 to below 1 that are the same at every run. */
const dice = (state) => () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

const stops = (...colours) =>
  colours
    .map(
      ([at, colour, opacity = 1]) =>
        `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`,
    )
    .join("")

const definitions = `<defs>
<linearGradient id="sky" x2="0" y2="1">${stops([0, "#141a3c"], [0.22, "#2f2c63"], [0.48, "#7c4480"], [0.7, "#d76f71"], [0.86, "#f6a568"], [1, "#ffd48c"])}</linearGradient>
<radialGradient id="halo">${stops([0, "#fff3c4", 0.95], [0.16, "#ffdc94", 0.6], [0.5, "#ff9f6b", 0.22], [1, "#ff8a66", 0])}</radialGradient>
<linearGradient id="water" x2="0" y2="1">${stops([0, "#f2a571"], [0.35, "#b8627a"], [1, "#3a2c5c"])}</linearGradient>
<linearGradient id="meadow" x2="0" y2="1">${stops([0, "#2b2348"], [1, "#0e0d22"])}</linearGradient>
<linearGradient id="lacquer">${stops([0, "#6b3527"], [0.12, "#a8563a"], [0.3, "#5d2a26"], [0.62, "#2c1620"], [0.9, "#190d18"], [1, "#3a2030"])}</linearGradient>
<linearGradient id="brass">${stops([0, "#f4c983"], [0.18, "#ffe9b8"], [0.42, "#b97b3c"], [0.8, "#5a3526"], [1, "#8b5a3c"])}</linearGradient>
<linearGradient id="inside">${stops([0, "#7a4a36"], [0.4, "#d99a5b"], [0.62, "#f0b871"], [1, "#8a4f3a"])}</linearGradient>
<linearGradient id="paper">${stops([0, "#c9a27a"], [0.45, "#fbe7c0"], [0.65, "#fff3d6"], [1, "#c79a74"])}</linearGradient>
<radialGradient id="lamp">${stops([0, "#fff0c0", 0.85], [0.45, "#ffc677", 0.35], [1, "#ff9d5c", 0])}</radialGradient>
<radialGradient id="shade">${stops([0, "#05040f", 0.75], [1, "#05040f", 0])}</radialGradient>
<clipPath id="mouth"><ellipse cx="${DRUM.x}" cy="${DRUM.rim}" rx="${DRUM.rx - 7}" ry="${DRUM.ry - 4}"/></clipPath>
</defs>`

function sky() {
  const random = dice(7)
  const stars = Array.from({ length: 90 }, () => {
    const [x, y] = [random() * WIDTH, random() ** 1.6 * 230]
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${(0.5 + random()).toFixed(2)}" fill="#fff" opacity="${(0.9 - y / 280).toFixed(2)}"/>`
  })
  // Long thin clouds, lit from below.
  const clouds = Array.from({ length: 11 }, (_, index) => {
    const [x, y, w] = [random() * WIDTH, 190 + index * 17 + random() * 14, 120 + random() * 260]
    return `<ellipse cx="${x.toFixed(0)}" cy="${y.toFixed(0)}" rx="${w.toFixed(0)}" ry="${(3 + random() * 5).toFixed(1)}" fill="${y < 290 ? "#a8577f" : "#ffc48a"}" opacity="0.35"/>`
  })
  return `<rect width="${WIDTH}" height="${HORIZON + 20}" fill="url(#sky)"/>${stars.join("")}
<circle cx="${SUN.x}" cy="${SUN.y}" r="330" fill="url(#halo)"/>${clouds.join("")}
<circle cx="${SUN.x}" cy="${SUN.y}" r="46" fill="#fff6d8"/>`
}

/** Mountains, from far and pale to near and dark. */
function ranges() {
  const layers = [
    { base: 396, height: 62, length: 310, colour: "#b0607f", seed: 1.3 },
    { base: 414, height: 44, length: 220, colour: "#7f4678", seed: 4.1 },
    { base: 428, height: 26, length: 150, colour: "#55356a", seed: 8.6 },
  ]
  return layers
    .map(({ base, height, length, colour, seed }) => {
      const points = Array.from({ length: WIDTH / 8 + 1 }, (_, index) => {
        const x = index * 8
        const wave =
          Math.abs(Math.sin(x / length + seed)) * 0.62 +
          Math.sin(x / (length / 2.7) + seed * 3) * 0.24 +
          Math.sin(x / (length / 9) + seed * 7) * 0.07
        return `${x},${(base - height * wave).toFixed(1)}`
      })
      return `<polygon points="0,${HORIZON + 6} ${points.join(" ")} ${WIDTH},${HORIZON + 6}" fill="${colour}"/>`
    })
    .join("")
}

function lake() {
  const random = dice(21)
  const glints = Array.from({ length: 46 }, (_, index) => {
    const y = HORIZON + 6 + index * 3.4
    const spread = 24 + index * 2.6
    const x = SUN.x + (random() - 0.5) * spread
    const w = 16 + random() * (24 + index * 1.4)
    return `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${w.toFixed(1)}" ry="1.5" fill="#ffe3a6" opacity="${(0.85 - index / 66).toFixed(2)}"/>`
  })
  return `<rect y="${HORIZON}" width="${WIDTH}" height="190" fill="url(#water)"/>${glints.join("")}`
}

function meadow() {
  return `<path d="M0,566 C180,540 330,584 520,578 C720,570 860,528 1060,540 C1160,546 1230,556 1280,548 V720 H0 Z" fill="url(#meadow)"/>`
}

/** A bird in one phase of its wing beat: 0 wings up, 0.5 wings down. */
const bird = (x, y, size, phase, colour, tilt = 0) => {
  const lift = Math.cos(phase * 2 * Math.PI)
  const wing = (side) => {
    const tip = [side * (1 - 0.12 * Math.abs(lift)), -0.62 * lift - 0.08]
    const bend = [side * 0.48, -0.44 * lift - 0.2]
    return `M0,-0.06 Q${bend[0]},${bend[1]} ${tip[0]},${tip[1]} Q${bend[0] * 0.9},${bend[1] + 0.24} 0,0.12 Z`
  }
  const body = "M-0.1,0 Q0,-0.2 0.1,0 Q0.07,0.28 0.13,0.46 L0,0.38 L-0.13,0.46 Q-0.07,0.28 -0.1,0 Z"
  const shapes = [wing(1), wing(-1), body].map((shape) => `<path d="${shape}"/>`).join("")
  return `<g transform="translate(${x.toFixed(1)} ${y.toFixed(1)}) rotate(${tilt.toFixed(1)}) scale(${size.toFixed(1)})" fill="${colour}">${shapes}</g>`
}

function drum() {
  const { x, rim, rx, ry, height } = DRUM
  const bottom = rim + height
  const angles = Array.from({ length: 36 }, (_, index) => (index * 10 + 5) * (Math.PI / 180))
  const around = (angle, radius = 1) => ({
    x: x + rx * radius * Math.sin(angle),
    y: rim + ry * radius * Math.cos(angle),
    face: Math.abs(Math.cos(angle)),
  })
  const slit = (angle, top, length, colour, radius) => {
    const at = around(angle, radius)
    const w = 2 + 9 * at.face
    return `<rect x="${(at.x - w / 2).toFixed(1)}" y="${(at.y + top).toFixed(1)}" width="${w.toFixed(1)}" height="${length}" rx="${Math.min(3, w / 2).toFixed(1)}" fill="${colour}"/>`
  }
  const front = angles.filter((angle) => Math.cos(angle) > 0.12)
  const back = angles.filter((angle) => Math.cos(angle) < -0.1)
  const wall = (offset, ellipse = ry) =>
    `M${x - rx},${rim + offset} A${rx},${ellipse} 0 0 0 ${x + rx},${rim + offset}`
  const strip = [-3, -2, -1, 0, 1, 2, 3].map((index) => {
    const at = around(Math.PI + index * 0.36, 0.95)
    return bird(at.x, at.y + 84, 10 + 14 * at.face, (index + 3) / 8, "#2a1830")
  })
  const band = (top, bottomOf, fill) =>
    `<path d="${wall(top)} L${x + rx},${rim + bottomOf} A${rx},${ry} 0 0 1 ${x - rx},${rim + bottomOf} Z" fill="${fill}"/>`
  return `<ellipse cx="${x}" cy="654" rx="290" ry="40" fill="url(#shade)"/>
<path d="M${x - 130},640 Q${x - 120},612 ${x - 34},602 L${x - 20},560 H${x + 20} L${x + 34},602 Q${x + 120},612 ${x + 130},640 A130,24 0 0 1 ${x - 130},640 Z" fill="url(#lacquer)"/>
<path d="M${x - 130},640 A130,24 0 0 0 ${x + 130},640" fill="none" stroke="url(#brass)" stroke-width="4"/>
<ellipse cx="${x}" cy="${rim - 40}" rx="330" ry="190" fill="url(#lamp)"/>
<ellipse cx="${x}" cy="${rim}" rx="${rx}" ry="${ry}" fill="url(#inside)"/>
<g clip-path="url(#mouth)">
${back.map((angle) => slit(angle, 9, 42, "#3b2148", 0.97)).join("")}
<path d="M${x - rx},${rim + 58} A${rx},${ry} 0 0 1 ${x + rx},${rim + 58} V${bottom + 60} H${x - rx} Z" fill="url(#paper)"/>
${strip.join("")}
<ellipse cx="${x}" cy="${rim + 152}" rx="${rx - 6}" ry="${ry}" fill="#7a4430"/>
</g>
<path d="${wall(0)} V${bottom} A${rx},${ry} 0 0 1 ${x - rx},${bottom} Z" fill="url(#lacquer)"/>
${front.map((angle) => slit(angle, 16, 68, "#ffce82")).join("")}
${band(98, 104, "url(#brass)")}${band(height - 12, height - 2, "url(#brass)")}
<ellipse cx="${x}" cy="${rim}" rx="${rx}" ry="${ry}" fill="none" stroke="url(#brass)" stroke-width="7"/>`
}

/** The birds that left: rising out of the drum in a curve towards the sun, each further in its beat. */
function flight() {
  const count = 13
  return Array.from({ length: count }, (_, index) => {
    const t = index / (count - 1)
    const u = 1 - t
    const x = u * u * 850 + 2 * u * t * 760 + t * t * 235
    const y = u * u * 318 + 2 * u * t * 20 + t * t * 215
    return bird(
      x,
      y,
      30 - 17 * t,
      (index * 0.19) % 1,
      t < 0.75 ? "#1c1433" : "#4a2650",
      -18 * u + 6,
    )
  }).join("")
}

function grass() {
  const random = dice(99)
  const blades = Array.from({ length: 260 }, (_, index) => {
    const x = (index / 260) * WIDTH + random() * 8
    const h = 20 + random() * 62 * (0.55 + 0.45 * Math.abs(Math.cos((x / WIDTH) * Math.PI)))
    const lean = (random() - 0.35) * 34
    return `<path d="M${(x - 2.5).toFixed(1)},722 Q${x.toFixed(1)},${(720 - h * 0.6).toFixed(1)} ${(x + lean).toFixed(1)},${(720 - h).toFixed(1)} Q${(x + 3).toFixed(1)},${(720 - h * 0.5).toFixed(1)} ${(x + 2.5).toFixed(1)},722 Z"/>`
  })
  return `<g fill="#07061a">${blades.join("")}</g>`
}
