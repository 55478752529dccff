/**
 * The core's reasons in words: what each means and what a person can do. A reason without words does
 * not compile; what is done about each is asked of the core.
 */
import type { Text } from "@zoetrope/core/Model"
import * as R from "@zoetrope/core/Reason"

type Tag = R.Reason["_tag"]

interface Words {
  /** One with each word of a document on trying again, where that decides. */
  readonly examples: ReadonlyArray<R.Reason>
  readonly meaning: Text
  readonly advice: Text
}

const retryables = ["yes", "no"] as const

export const reasonAnchor = (tag: Tag): string => `reason-${tag}`

export const reasons: { readonly [T in Tag]: Words } = {
  Aborted: {
    examples: [new R.Aborted()],
    meaning: { en: "The caller gave up waiting.", zh: "调用方放弃了等待。" },
    advice: {
      en: "If there is a handle, the task goes on: wait with it.",
      zh: "若已有句柄，任务仍在进行：用句柄继续等待。",
    },
  },
  CancelRefused: {
    examples: [new R.CancelRefused({ detail: "" })],
    meaning: {
      en: "The provider did not cancel the task: it is worked on already, or has ended.",
      zh: "服务商没有取消该任务：任务已在处理或已经结束。",
    },
    advice: {
      en: "Wait for the task with its handle; it costs what it would have cost.",
      zh: "用句柄等待该任务；费用照常。",
    },
  },
  Cancelled: {
    examples: [new R.Cancelled()],
    meaning: { en: "The task was cancelled at the provider.", zh: "任务已在服务商处取消。" },
    advice: {
      en: "Start it anew if you still want the video.",
      zh: "如仍需要视频，请重新发起。",
    },
  },
  ConcurrencyLimited: {
    examples: retryables.map((retryable) => new R.ConcurrencyLimited({ retryable })),
    meaning: {
      en: "The account has too many tasks in flight.",
      zh: "该账号同时进行的任务过多。",
    },
    advice: {
      en: "Wait until tasks have ended, run fewer at once, or have the limit raised.",
      zh: "等待已有任务结束，减少同时进行的任务，或申请提高并发上限。",
    },
  },
  Forbidden: {
    examples: retryables.map((retryable) => new R.Forbidden({ retryable })),
    meaning: {
      en: "The credentials are good, but this account may not do this: the service is not activated, the key has no policy for it, or the account has no funds.",
      zh: "凭证有效，但该账号无权执行：服务未开通、密钥缺少权限策略，或余额不足。",
    },
    advice: {
      en: "Activate the service, grant the key its policy, or top up the account, in the provider's console; `zoetrope doctor` tells how it stands.",
      zh: "在服务商控制台开通服务、为密钥授权或充值；可用 `zoetrope doctor` 检查。",
    },
  },
  ForeignHandle: {
    examples: [new R.ForeignHandle({ expected: "", given: "" })],
    meaning: {
      en: "The handle belongs to another provider or another account. Nothing was sent.",
      zh: "句柄属于其他服务商或其他账号。未发送任何请求。",
    },
    advice: {
      en: "Use the account that made the task; if its key was only replaced, adopt the handle (`--adopt`).",
      zh: "请使用创建该任务的账号；若只是更换了密钥，可用 `--adopt` 接管句柄。",
    },
  },
  GenerationFailed: {
    examples: retryables.map((retryable) => new R.GenerationFailed({ retryable })),
    meaning: {
      en: "The task ended without a video, for a reason that is neither review nor an internal error.",
      zh: "任务结束但没有视频，原因既非内容审核也非内部错误。",
    },
    advice: {
      en: "Read the provider's message, change the input, and start anew.",
      zh: "查看服务商返回的信息，修改输入后重新发起。",
    },
  },
  InvalidInput: {
    examples: [new R.InvalidInput({ issues: [] })],
    meaning: {
      en: "The input was refused here, before anything was sent.",
      zh: "输入在本地校验时被拒绝，未发送任何请求。",
    },
    advice: {
      en: "Mend the field that the message names. Nothing was paid.",
      zh: "按提示修改对应字段。未产生费用。",
    },
  },
  InvalidRequest: {
    examples: retryables.map((retryable) => new R.InvalidRequest({ retryable })),
    meaning: { en: "The provider found the request wrong.", zh: "服务商认为请求有误。" },
    advice: {
      en: "Change what the meaning and the provider's message name, and start anew.",
      zh: "按含义和服务商返回的信息修改输入后重新发起。",
    },
  },
  Moderated: {
    examples: retryables.map((retryable) => new R.Moderated({ retryable, stage: "output" })),
    meaning: {
      en: "Content review stopped what was given (`input`) or what was made (`output`).",
      zh: "内容审核拦截了输入（`input`）或生成结果（`output`）。",
    },
    advice: {
      en: "Use another prompt, picture, video or sound, and start anew.",
      zh: "更换提示词、图片、视频或音频后重新发起。",
    },
  },
  NothingSent: {
    examples: [new R.NothingSent({ detail: "" })],
    meaning: {
      en: "The provider could not be reached, and not one byte of the request left this machine.",
      zh: "无法连接服务商，请求没有发出任何字节。",
    },
    advice: {
      en: "Check the network, the proxy and the base address; `zoetrope doctor` tells how it stands.",
      zh: "检查网络、代理和服务地址；可用 `zoetrope doctor` 检查。",
    },
  },
  OutcomeUnknown: {
    examples: [
      new R.OutcomeUnknown({
        account: "",
        model: "",
        at: "",
        inputDigest: "",
        detail: "",
        look: "",
      }),
    ],
    meaning: {
      en: "A submit went out, and its answer was lost or proves nothing. A task may be running and may be billed.",
      zh: "提交已发出，但应答丢失或不能证明任何结果。任务可能正在运行并计费。",
    },
    advice: {
      en: "Look in the provider's console, at the time that the message gives, before you submit again.",
      zh: "再次提交前，请按提示中的时间在服务商控制台核实。",
    },
  },
  ProviderFault: {
    examples: retryables.map((retryable) => new R.ProviderFault({ retryable })),
    meaning: {
      en: "The provider failed internally, by its own code.",
      zh: "服务商返回了自身的内部错误码。",
    },
    advice: {
      en: "Try later; if it lasts, open a ticket with the request id that the message gives.",
      zh: "稍后再试；若持续出现，请凭提示中的 request id 提交工单。",
    },
  },
  RateLimited: {
    examples: retryables.map((retryable) => new R.RateLimited({ retryable })),
    meaning: { en: "Too many calls per second.", zh: "每秒请求数过多。" },
    advice: {
      en: "Run less at once, let no other program use the same key, or have the limit raised.",
      zh: "降低请求频率，避免其他程序共用同一密钥，或申请提高限额。",
    },
  },
  StillRunning: {
    examples: [new R.StillRunning({ waitedSeconds: 0, seen: [] })],
    meaning: {
      en: "Our own deadline passed. The task goes on at the provider.",
      zh: "到达本地等待上限，任务仍在服务商处进行。",
    },
    advice: { en: "Wait on with the handle. Nothing is lost.", zh: "用句柄继续等待，不会丢失。" },
  },
  Unauthorized: {
    examples: retryables.map((retryable) => new R.Unauthorized({ retryable })),
    meaning: {
      en: "The key, its secret, its token or the clock was refused.",
      zh: "密钥、密钥的 Secret、临时 Token 或本机时间未通过校验。",
    },
    advice: {
      en: "Set the right key and the right time; `zoetrope doctor` tells which of them is wrong.",
      zh: "设置正确的密钥并校准本机时间；可用 `zoetrope doctor` 找出原因。",
    },
  },
  Unavailable: {
    examples: [new R.Unavailable({ detail: "" })],
    meaning: {
      en: "A call brought no usable answer: network, gateway, not JSON. It says nothing about the task.",
      zh: "调用没有得到可用的应答（网络、网关或非 JSON），与任务本身无关。",
    },
    advice: {
      en: "Nothing, while polling goes on; if it lasts, check the network and the provider's status.",
      zh: "查询会自动继续；若持续出现，请检查网络和服务商状态。",
    },
  },
  UnknownCode: {
    examples: [new R.UnknownCode({ detail: "" })],
    meaning: {
      en: "The provider answered with a code that its documents do not name.",
      zh: "服务商返回了文档中没有的错误码。",
    },
    advice: {
      en: "Read the provider's message, and ask its support with the request id.",
      zh: "查看服务商返回的信息，并凭 request id 咨询其技术支持。",
    },
  },
  Unproven: {
    examples: [new R.Unproven({ state: "not_found", detail: "" })],
    meaning: {
      en: "The provider calls the task expired or not found, or done without a link. None of these proves that there is no video.",
      zh: "服务商称任务已过期、不存在，或已完成却没有链接。都不能证明视频不存在。",
    },
    advice: {
      en: "Look in the provider's console before you pay once more.",
      zh: "再次付费前，请先在服务商控制台核实。",
    },
  },
}
