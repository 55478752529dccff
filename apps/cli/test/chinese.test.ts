/** The command as somebody in China starts it: what people read is Chinese, what programs read is the same. */
import * as Vidu from "@zoetrope/vidu"
import stringWidth from "fast-string-width"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, it, vi } from "vitest"
import { durable, pro } from "./durable.ts"
import {
  type Ended,
  idIn,
  type Place,
  simulated,
  unwrapped,
  zoetrope as spawned,
} from "./support.ts"

const inChina = (place: Place): Place => {
  const { ZOETROPE_LANG: _, ...environment } = place.environment
  return { ...place, environment: { ...environment, LANG: "zh_CN.UTF-8" } }
}

/** Wrapped Chinese is put together without the blanks that Latin needs. */
const joined = (text: string): string => text.replaceAll(/\n */g, "")

const isChinese = /\p{Script=Han}/u

const expectFits = (text: string): void => {
  // What is to be copied whole keeps its line: a word, an address, a path.
  const prose = text.split("\n").filter((line) => isChinese.test(line))
  for (const line of prose) expect(stringWidth(line)).toBeLessThanOrEqual(80)
}

describe.concurrent("with LANG=zh_CN.UTF-8", () => {
  it("--help is Chinese, with the names of commands and flags as they are", async () => {
    const { simulator: _, ...place } = await simulated()
    const root = await spawned(inChina(place), ["--help"])
    expect(root.stdout).toMatch(/^用法\n {2}zoetrope COMMAND \[flags\]\n\n命令\n {2}generate {2}/m)
    const help = await spawned(inChina(place), ["generate", pro, "--help"])
    expect(joined(help.stdout)).toContain("--idempotency-key KEY    给这一个视频自取的名称：")
    // What a field is comes from the schema of its model.
    expect(help.stdout).toMatch(/--prompt TEXT +用于生成视频的提示词/)
    expectFits(root.stdout)
    expectFits(help.stdout)
  })

  it("a video is made, and a failed task made again, in Chinese", async () => {
    const { simulator: _, ...place } = await simulated({ faults: ["submit:code=50429"] })
    const args = ["generate", pro, "--prompt", "走马灯 [[50511 once]]", "--out", "kite.mp4"]
    const end = await spawned(inChina(place), args)
    expect(end.code).toBe(0)
    expect(end.stdout).toBe(`${join(place.directory, "kite.mp4")}\n`)
    const text = joined(end.stderr)
    // What the codes mean is in the tables of the provider.
    expect(text).toMatch(
      /暂时被拒绝，\d+ 秒后重试：该账号和模型每秒请求数过多：QPS 超限（错误码 ?50429/,
    )
    expect(text).toMatch(/任务失败，正在重做：内容审核拦截了生成结果：.*错误码 ?50511/)
    expect(text).toMatch(/✓ 完成，用时 0:\d\d · 视频 3 秒 · .*共创建 2 个任务，最后一个成功/)
    expectFits(end.stderr)
  })

  it("a submit without an answer is 结果未知, in every command", async () => {
    const { simulator: _, ...place } = await simulated({ faults: ["submit:lost-answer"] })
    const china = inChina(place)
    const end = await spawned(china, ["generate", pro, "--prompt", "a kite"])
    expect(end.code).toBe(5)
    expect(joined(end.stderr)).toMatch(
      /✗ 结果未知：提交已于 .*正在运行并计费。不会凭猜测再次发送。/,
    )
    expect(joined(end.stderr)).toContain("如果没有任务，或不再需要视频：")
    const id = idIn(end.stderr)
    expect(end.stderr).toContain(`zoetrope settle ${id} --give-up`)
    const listed = await spawned(china, ["list"])
    expect(listed.stdout).toMatch(new RegExp(`^${id} {2}结果未知 {2}`))
    const settled = await spawned(china, ["settle", id, "--give-up"])
    expect(settled.stdout).toBe(`✓ ${id}：已放弃；任务可能存在并计费\n`)
    for (const { stderr, stdout } of [end, listed, settled]) expectFits(stderr + stdout)
  })
})

describe("what is refused", () => {
  const { simulate, zoetrope } = durable()

  const asked: ReadonlyArray<readonly [args: ReadonlyArray<string>, said: RegExp]> = [
    [["generate"], /✗ 缺少模型：要用哪个模型？/],
    [["generate", "jimeng-vidoe"], /✗ 没有模型 "jimeng-vidoe"；最接近的是：volc-cv\/jimeng-/],
    [["generate", pro, "--frames", "100"], /✗ --frames：值 "100" 无效；应为 "121" \| "241"/],
    [["generate", pro, "--prmpt", "x"], /✗ 没有选项 --prmpt；是否要用 --prompt？/],
    [["generate", pro, "--n", "51", "--prompt", "x"], /✗ --n：值 "51" 无效；应为 1 至 50/],
    [["generate", pro, "--seed", "x"], /✗ --seed：值 "x" 无效；应为/],
    [["generate", pro], /✗ prompt：.*。未发送任何请求，未产生费用。/],
    [["generate", pro, "--prompt", "x", "--image", "none.jpg"], /✗ image：文件 none.jpg 不存在/],
    [
      ["generate", "--batch", "rows.csv"],
      /✗ --batch：1 行中有 1 行无法使用，全部未记录第 1 行（文件第 2 行）：/,
    ],
    [["show", "zzzz"], /✗ (没有生成 "zzzz"|.* 中没有任何记录)/],
    [["wait", "zt1.cut"], /✗ HANDLE：这不是句柄：不完整，或已被改动/],
    [["wait", "--deadline", "5"], /✗ --deadline："5" 不是时长；/],
    [["list", "--limit", "0"], /✗ --limit：值 "0" 无效；应为 1 至 10000/],
    [["cancel"], /✗ 缺少参数 ID\|HANDLE/],
    [["nonsense"], /✗ 没有命令 "nonsense"/],
  ]

  it.each(asked)("%j is told in Chinese, and to programs as ever", async (args, said) => {
    const { place } = await simulate()
    await writeFile(join(place.directory, "rows.csv"), "model,prompt\nnone,x\n")
    vi.stubEnv("ZOETROPE_LANG", "zh")
    const chinese = await zoetrope(...args)
    expect(chinese.code).toBe(2)
    expect(joined(chinese.stderr)).toMatch(said)
    const json = await zoetrope(...args, "--json")
    vi.stubEnv("ZOETROPE_LANG", "en")
    expect(await zoetrope(...args, "--json")).toEqual(json)
  })
})

/** Without what is another one with every call to a provider. */
const lasting = ({ code, stdout }: Ended): Pick<Ended, "code" | "stdout"> => ({
  code,
  stdout: stdout.replaceAll(/"(requestId|skewSeconds)": [^,\n]+/g, '"$1": …'),
})

describe("--json", () => {
  const { simulate, zoetrope } = durable()

  it("is the same in both languages: of what is recorded, of models, of accounts, of failures", async () => {
    const { simulator } = await simulate()
    expect((await zoetrope("generate", pro, "--prompt", "a kite [[50412]]")).code).toBe(3)
    simulator.faults.add("submit:lost-answer")
    expect((await zoetrope("generate", pro, "--prompt", "a kite")).code).toBe(5)
    const [id] = (await zoetrope("list", "--json")).stdout.split('"', 4).slice(3)
    const commands: ReadonlyArray<ReadonlyArray<string>> = [
      ["list"],
      ["show", id!],
      ["wait", id!],
      ["wait"],
      ["cancel", id!],
      ["stats"],
      ["models"],
      ["models", "show", Vidu.Models.all[0]!.id],
      ["doctor"],
      ["credits"],
    ]
    const tell = async (language: string, args: ReadonlyArray<string>) => {
      vi.stubEnv("ZOETROPE_LANG", language)
      return lasting(await zoetrope(...args, "--json"))
    }
    for (const args of commands) {
      // oxlint-disable-next-line no-await-in-loop -- there is one stdout
      const english = await tell("en", args)
      // oxlint-disable-next-line no-await-in-loop -- there is one stdout
      expect([args, await tell("zh", args)]).toEqual([args, english])
      expect(english.stdout).not.toBe("")
    }
    vi.stubEnv("ZOETROPE_LANG", "zh")
    expect(unwrapped((await zoetrope("show", id!)).stdout)).toMatch(/经过 .*已接受，尚未发送/)
  })
})
