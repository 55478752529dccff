import { describe, expect, it } from "vitest"
import { languageOf } from "../src/words/Language.ts"

describe("languageOf", () => {
  const rows: ReadonlyArray<readonly [Readonly<Record<string, string>>, string, "en" | "zh"]> = [
    [{ LANG: "zh_CN.UTF-8" }, "en-US", "zh"],
    [{ LANG: "zh_TW" }, "en-US", "zh"],
    [{ LANG: "zh-Hans-CN" }, "en-US", "zh"],
    [{ LANG: "ZH_cn.utf8@pinyin" }, "en-US", "zh"],
    [{ LANG: "zh" }, "en-US", "zh"],
    [{ LANG: "en_US.UTF-8" }, "zh-CN", "en"],
    [{ LANG: "C" }, "zh-CN", "en"],
    [{ LANG: "C.UTF-8" }, "zh-CN", "en"],
    [{ LANG: "POSIX" }, "zh-CN", "en"],
    [{ LANG: "de_DE.UTF-8" }, "zh-CN", "en"],
    // Zhuang: two letters are not the whole of a language's name.
    [{ LANG: "zha_CN" }, "en-US", "en"],
    [{ LC_MESSAGES: "zh_CN.UTF-8", LANG: "en_US.UTF-8" }, "en-US", "zh"],
    [{ LC_MESSAGES: "en_US.UTF-8", LANG: "zh_CN.UTF-8" }, "en-US", "en"],
    [{ LC_ALL: "zh_CN.UTF-8", LC_MESSAGES: "C", LANG: "C" }, "en-US", "zh"],
    [{ LC_ALL: "C", LC_MESSAGES: "zh_CN.UTF-8", LANG: "zh_CN.UTF-8" }, "zh-CN", "en"],
    [{ LC_ALL: "", LC_MESSAGES: "", LANG: "zh_CN.UTF-8" }, "en-US", "zh"],
    [{ ZOETROPE_LANG: "zh", LC_ALL: "C" }, "en-US", "zh"],
    [{ ZOETROPE_LANG: "en", LC_ALL: "zh_CN.UTF-8" }, "zh-CN", "en"],
    [{ ZOETROPE_LANG: "", LANG: "zh_CN.UTF-8" }, "en-US", "zh"],
    // Of a number or of a date, not of words.
    [{ LC_TIME: "zh_CN.UTF-8" }, "en-US", "en"],
    [{}, "zh-CN", "zh"],
    [{}, "zh-Hant-TW", "zh"],
    [{}, "en-US", "en"],
    [{ LC_ALL: "", LANG: "" }, "zh-CN", "zh"],
  ]
  for (const [environment, systemLocale, language] of rows) {
    it(`${JSON.stringify(environment)} on a system in ${systemLocale}: ${language}`, () => {
      expect(languageOf(environment, () => systemLocale)).toBe(language)
    })
  }

  it("asks the system where nothing is set", () => {
    expect(languageOf({})).toMatch(/^(en|zh)$/)
  })
})
