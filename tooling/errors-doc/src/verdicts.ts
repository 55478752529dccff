/** What is done about a failure, in words: one entry for each verdict of the core. */
import type { Text } from "@zoetrope/core/Model"
import type { Verdict } from "@zoetrope/core/Verdict"

export const verdicts: {
  readonly [V in Verdict]: { readonly name: Text; readonly meaning: Text }
} = {
  repeat: {
    name: { en: "repeat", zh: "重发" },
    meaning: {
      en: "The same submit is sent again, a bounded number of times with growing pauses. It was proven not to have been accepted, so nothing can be paid twice.",
      zh: "重新发送同一提交请求，次数有限，间隔递增。已证实上一次未被受理，不会重复付费。",
    },
  },
  remake: {
    name: { en: "make again", zh: "重新生成" },
    meaning: {
      en: "The task ended without a video, and its document says that it may be tried again: a new task, which is paid for, within a budget (`--remakes`, one by default).",
      zh: "任务结束但没有视频，且文档注明可以重试：在预算内（`--remakes`，默认 1 次）创建新任务，新任务单独计费。",
    },
  },
  wait: {
    name: { en: "wait", zh: "继续等待" },
    meaning: {
      en: "The task is untouched by this. Polling goes on, with pauses, until the deadline; after it, the handle goes on from where it was.",
      zh: "任务不受影响。按间隔继续查询，直到截止时间；之后可用句柄接着等待。",
    },
  },
  ask: {
    name: { en: "ask", zh: "人工确认" },
    meaning: {
      en: "A video may exist and may be billed. Nothing is sent again on a guess: a person looks in the provider's console and decides.",
      zh: "视频可能存在并可能已计费。不会凭猜测重发：请在服务商控制台核实后再决定。",
    },
  },
  stop: {
    name: { en: "stop", zh: "停止" },
    meaning: {
      en: "Repeating cannot help. The message says what to mend.",
      zh: "重复没有意义。错误信息会说明需要修正什么。",
    },
  },
}

export const verdictAnchor = (verdict: Verdict): string => `verdict-${verdict}`

export const verdictLink = (verdict: Verdict): Text => {
  const { name } = verdicts[verdict]
  const link = (text: string): string => `[${text}](#${verdictAnchor(verdict)})`
  return { en: link(name.en), zh: link(name.zh) }
}
