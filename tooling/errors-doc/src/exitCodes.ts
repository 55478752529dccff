/**
 * The exit codes of the command line in words. The numbers are the application's own, read from its
 * source: a number without words, and words without a number, are refused.
 */
import type { Text } from "@zoetrope/core/Model"

export interface ExitCode {
  readonly code: number
  readonly meaning: Text
  /** Whether money may have been spent. */
  readonly paid: Text
  readonly advice: Text
}

/** @param source of the module that owns `ExitCode`: one `name: number` to a line */
export const exitCodesIn = (source: string): ReadonlyArray<ExitCode> => {
  const table = /export const ExitCode = \{(.*?)\n\} as const/s.exec(source)?.[1] ?? ""
  const numbers = [...table.matchAll(/^ {2}(\w+): (\d+),$/gm)].map(
    ([, name, number]) => [name!, Number(number)] as const,
  )
  const wordless = numbers.filter(([name]) => !Object.hasOwn(words, name)).map(([name]) => name)
  const numberless = Object.keys(words).filter((name) => !numbers.some(([each]) => each === name))
  if (wordless.length > 0 || numberless.length > 0) {
    throw new Error(
      `exit codes without words: ${wordless.join(", ") || "none"}; words without an exit code: ${numberless.join(", ") || "none"}`,
    )
  }
  return numbers
    .map(([name, code]) => ({ code, ...words[name]! }))
    .toSorted((left, right) => left.code - right.code)
}

const words: Readonly<Record<string, Omit<ExitCode, "code">>> = {
  done: {
    meaning: {
      en: "done; or handed over, with `--detach`",
      zh: "完成；或使用 `--detach` 时已交付",
    },
    paid: { en: "yes", zh: "是" },
    advice: { en: "nothing", zh: "无需操作" },
  },
  other: {
    meaning: {
      en: "anything else: a download that failed, a full disk, a mistake of the program",
      zh: "其他：下载失败、磁盘已满、程序自身错误",
    },
    paid: { en: "yes, if there is a task", zh: "有任务则是" },
    advice: {
      en: "mend the cause, then `zoetrope wait` for what the message names: its video is fetched again",
      zh: "排除原因后，对提示中的任务执行 `zoetrope wait`，会重新下载视频",
    },
  },
  badInput: {
    meaning: { en: "bad input", zh: "输入有误" },
    paid: { en: "no: nothing was sent", zh: "否：未发送任何请求" },
    advice: { en: "mend what the message names", zh: "按提示修改" },
  },
  refused: {
    meaning: {
      en: "refused by the provider, or it was not reached",
      zh: "被服务商拒绝，或无法连接",
    },
    paid: { en: "no: there is no task", zh: "否：没有任务" },
    advice: {
      en: "look the code up below; `zoetrope doctor` checks keys and network",
      zh: "在下文查找错误码；`zoetrope doctor` 可检查密钥与网络",
    },
  },
  running: {
    meaning: { en: "still running", zh: "仍在进行" },
    paid: { en: "yes, and the video can still be had", zh: "是，仍可取得视频" },
    advice: {
      en: "`zoetrope wait` for what the message names",
      zh: "对提示中的任务执行 `zoetrope wait`",
    },
  },
  undecided: {
    meaning: {
      en: "undecided: it is not known whether there is a task or a video",
      zh: "结果未知：不确定是否有任务或视频",
    },
    paid: { en: "perhaps", zh: "可能" },
    advice: {
      en: "look in the provider's console; do not run it again before",
      zh: "先在服务商控制台核实，不要直接重新运行",
    },
  },
  noVideo: {
    meaning: { en: "the task ended without a video", zh: "任务结束，没有视频" },
    paid: { en: "by the provider's rules for failures", zh: "按服务商对失败任务的规定" },
    advice: { en: "look the code up below", zh: "在下文查找错误码" },
  },
  interrupted: {
    meaning: { en: "Ctrl-C; a task that exists goes on", zh: "Ctrl-C；已有的任务继续进行" },
    paid: { en: "yes, if there is a task", zh: "有任务则是" },
    advice: {
      en: "`zoetrope wait` for what the message names",
      zh: "对提示中的任务执行 `zoetrope wait`",
    },
  },
}
