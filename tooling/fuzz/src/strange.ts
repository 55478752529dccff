/** What nobody should send, and somebody will: values, words and bytes that programs have fallen over. */
import type { Chance } from "./Chance.ts"

const words: readonly [string, ...ReadonlyArray<string>] = [
  "",
  " ",
  "\u0000",
  "\n\r\t\u0008",
  "null",
  "undefined",
  "NaN",
  "Infinity",
  "true",
  "-1",
  "1e309",
  "0x7fffffff",
  "9007199254740993",
  "__proto__",
  "constructor",
  "toString",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "%",
  "%zz",
  "%ff%fe",
  "C:\\Windows\\win.ini",
  "' OR 1=1 --",
  "'; DROP TABLE generations; --",
  "<script>alert(1)</script>",
  "${7*7}{{7*7}}",
  "\ud83c\udfac🎬\u200d\u202e",
  "\ud800",
  "\uffff\ufffe",
  "é".normalize("NFD").repeat(40),
  "http://169.254.169.254/latest/meta-data/",
  "http://127.0.0.1:1/",
  "file:///etc/passwd",
  "data:image/png;base64,",
  "data:image/png;base64,!!!!",
  "data:,",
  "javascript:alert(1)",
  '{"a":1}',
  "[]",
  "zh-CN, 中文, 😀",
]

export const strangeText = (chance: Chance): string =>
  chance.often(0.1)
    ? chance.pick(words).repeat(chance.whole(1, 4))
    : chance.often(0.08)
      ? "A".repeat(chance.pick([255, 256, 1_025, 8_193, 70_000, 400_000]))
      : chance.often(0.15)
        ? chance.bytes(chance.whole(1, 40)).toString("latin1")
        : chance.pick(words)

const numbers: readonly [number, ...ReadonlyArray<number>] = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 63),
]

/** Anything that JSON can hold. */
export const strangeValue = (chance: Chance, depth = 0): unknown => {
  switch (chance.whole(0, depth > 4 ? 4 : 7)) {
    case 0:
      return null
    case 1:
      return chance.often(0.5)
    case 2:
      return chance.pick(numbers)
    case 3:
    case 4:
      return strangeText(chance)
    case 5:
      return Array.from({ length: chance.whole(0, 5) }, () => strangeValue(chance, depth + 1))
    case 6:
      return nested(chance.pick([10, 33, 100, 3_000]), chance.often(0.5))
    default:
      return Object.fromEntries(
        Array.from({ length: chance.whole(0, 5) }, () => [
          strangeText(chance).slice(0, 100),
          strangeValue(chance, depth + 1),
        ]),
      )
  }
}

const nested = (depth: number, isArray: boolean): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = isArray ? [value] : { a: value }
  return value
}

/** Of a JSON text: the same in a way that it should not come. */
export const strangeBytes = (chance: Chance, json: string): Buffer => {
  const text = Buffer.from(json)
  switch (chance.whole(0, 11)) {
    case 0:
      return text.subarray(0, chance.whole(0, text.length))
    case 1:
      return Buffer.concat([Buffer.from("\ufeff"), text])
    case 2:
      return Buffer.from(json, "utf16le")
    case 3:
      return Buffer.concat([text, Buffer.from([0xff, 0xfe, 0xc0, 0x80])])
    case 4:
      return Buffer.concat([text, text])
    case 5:
      return Buffer.from(
        chance.pick(["", " ", "null", "0", '"', "[]", "true", "nul", "{}", "{{", "]"]),
      )
    case 6:
      return Buffer.from("[".repeat(chance.pick([1_000, 100_000])))
    case 7:
      return Buffer.from(json.replace("{", '{"__proto__":{"a":1},"constructor":{"b":2},'))
    case 8:
      return Buffer.from(json.replaceAll('"', "'"))
    case 9:
      return Buffer.concat([text, Buffer.alloc(chance.pick([1, 100_000, 1_100_000]), " ")])
    case 10:
      return chance.bytes(chance.whole(1, 2_000))
    default: {
      const place = chance.whole(0, Math.max(0, text.length - 1))
      text[place] = chance.whole(0, 255)
      return text
    }
  }
}
