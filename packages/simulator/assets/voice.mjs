/**
 * The sample sound: a voice-like phrase of seven vowels, made by formant synthesis.
 *
 * `voice()` returns a WAV file: three seconds, mono, 16 kHz, 16 bits. Nobody's voice was recorded.
 */

const RATE = 16_000
const SECONDS = 3

/** First, second and third resonance of the mouth in hertz: textbook values for an adult. */
const VOWELS = {
  a: [730, 1090, 2440],
  e: [530, 1840, 2480],
  i: [270, 2290, 3010],
  o: [570, 840, 2410],
  u: [300, 870, 2240],
}

/** "o-e-o-i-u-a-o": start in seconds, length, vowel, pitch in hertz at start and end. */
const PHRASE = [
  [0.1, 0.3, "o", 118, 130],
  [0.44, 0.34, "e", 136, 150],
  [0.82, 0.26, "o", 146, 134],
  [1.2, 0.24, "i", 152, 168],
  [1.48, 0.3, "u", 160, 140],
  [1.86, 0.42, "a", 142, 124],
  [2.32, 0.5, "o", 126, 92],
]

export const voice = () => {
  const samples = new Float64Array(RATE * SECONDS)
  for (const [start, length, vowel, from, to] of PHRASE) {
    const count = Math.round(length * RATE)
    const filters = VOWELS[vowel].map((frequency, index) => resonator(frequency, 70 + 30 * index))
    let phase = 0
    let open = 0
    for (let index = 0; index < count; index++) {
      const time = index / count
      const vibrato = 1 + 0.012 * Math.sin((2 * Math.PI * 5.5 * index) / RATE)
      phase = (phase + ((from + (to - from) * time) * vibrato) / RATE) % 1
      // The vocal cords open slowly and close fast; the lips let out the change of that flow.
      const opening =
        phase < 0.5 ? Math.sin(Math.PI * phase) ** 2 : phase < 0.66 ? (0.66 - phase) / 0.16 : 0
      const sound = filters.reduce((sum, filter) => sum + filter(opening - open), 0)
      open = opening
      const loudness = Math.sin(Math.PI * time) ** 0.6
      samples[Math.round(start * RATE) + index] += sound * loudness
    }
  }
  return wav(samples)
}

/** A two-pole filter that rings at one frequency; `bandwidth` in hertz. */
const resonator = (frequency, bandwidth) => {
  const radius = Math.exp((-Math.PI * bandwidth) / RATE)
  const a = 2 * radius * Math.cos((2 * Math.PI * frequency) / RATE)
  const b = -radius * radius
  let [last, before] = [0, 0]
  return (input) => {
    const output = (1 - a - b) * input + a * last + b * before
    before = last
    last = output
    return output
  }
}

const wav = (samples) => {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const file = Buffer.alloc(44 + 2 * samples.length)
  file.write("RIFF", 0, "latin1")
  file.writeUInt32LE(36 + 2 * samples.length, 4)
  file.write("WAVEfmt ", 8, "latin1")
  file.writeUInt32LE(16, 16) // size of the format block
  file.writeUInt16LE(1, 20) // PCM
  file.writeUInt16LE(1, 22) // channels
  file.writeUInt32LE(RATE, 24)
  file.writeUInt32LE(2 * RATE, 28) // bytes per second
  file.writeUInt16LE(2, 32) // bytes per sample
  file.writeUInt16LE(16, 34) // bits per sample
  file.write("data", 36, "latin1")
  file.writeUInt32LE(2 * samples.length, 40)
  samples.forEach((sample, index) => {
    file.writeInt16LE(Math.round((sample / loudest) * 26_000), 44 + 2 * index)
  })
  return file
}
