/**
 * Sentences of the packages that have no Chinese form of their own, by how they are made in English.
 * A sentence that is not among them stays as it is.
 */

/** @param say puts a part of the sentence into Chinese, where that is a sentence by itself */
type Chinese = (parts: ReadonlyArray<string>, say: (text: string) => string) => string

export const phrases: ReadonlyArray<readonly [english: RegExp, chinese: Chinese]> = [
  // What came of a call or of a task (core).
  [
    /^the provider could not be reached, and nothing was sent: (.*)$/s,
    ([why], say) => `无法连接服务商，未发送任何内容：${say(why!)}`,
  ],
  [
    /^undecided: the submit was sent at (\S+) but its outcome is not known \((.*)\)\. A task of (\S+) may be running on account (\S+) and may be billed\. It is not sent again on a guess\. (.*) Input digest (\w+)\.?$/s,
    ([at, why, model, account, look, digest], say) =>
      `结果未知：提交已于 ${at} 发出，但没有得到明确的应答（${say(why!)}）。账号 ${account} 上可能有 ${model} 的任务正在运行并计费。不会凭猜测再次发送。${say(look!)}输入摘要 ${digest}。`,
  ],
  [
    /^the provider gave no usable answer: (.*)$/s,
    ([why], say) => `服务商没有给出可用的应答：${say(why!)}`,
  ],
  [
    /^the provider answered with a code that its documents do not name: (.*)$/s,
    ([what]) => `服务商返回了文档中没有的错误码：${what}`,
  ],
  [
    /^(.*)\. The video may exist and may have been billed, so the task is not made again by itself: look in the provider's console before you pay once more$/s,
    ([what], say) =>
      `${say(what!)}。视频可能存在并已计费，因此不会自动重做：再次付费前，请先在服务商控制台核实`,
  ],
  [
    /^the provider did not cancel the task: (.*)$/s,
    ([why], say) => `服务商没有取消该任务：${say(why!)}`,
  ],
  [
    /^this handle belongs to (.*), but these credentials are (.*)\. Use the account that made the task; if its key was only replaced by a new one, adopt the handle first$/s,
    ([given, expected], say) =>
      `此句柄属于 ${given}，而当前凭证是 ${say(expected!)}。请使用创建该任务的账号；若只是更换了密钥，请先接管句柄`,
  ],
  [
    /^still running after (\d+) s \(seen: (.*?)\)(?:; the last poll failed: (.*))?\. Nothing is lost: wait on with the handle$/s,
    ([seconds, seen, last], say) =>
      `${seconds} 秒后仍在进行（经历：${seen}）${last === undefined ? "" : `；最近一次查询失败：${say(last)}`}。不会丢失：用句柄继续等待`,
  ],
  // What is wrong with an input (core).
  [/^is required$/, () => "必填"],
  [/^has the wrong type$/, () => "类型有误"],
  [/^is not one of the allowed values$/, () => "不是允许的值"],
  [/^is not allowed$/, () => "不允许"],
  [/^(\S+) has no such field$/, ([model]) => `${model} 没有这个字段`],
  [/^there is no such field$/, () => "没有这个字段"],
  [/^the input must be an object$/, () => "输入应为对象"],
  [/^is below (.*)$/, ([least]) => `低于 ${least}`],
  [/^is not a (?:whole )?number$/, () => "不是数字"],
  [/^is negative$/, () => "为负数"],
  [/^is blank; leave the field out instead$/, () => "为空白；请省略此字段"],
  [/^is empty; leave the field out instead$/, () => "为空；请省略此字段"],
  [/^is longer than (\d+) characters$/, ([most]) => `超过 ${most} 个字符`],
  [/^(\d+) to (\d+) characters$/, ([from, to]) => `${from} 至 ${to} 个字符`],
  [/^a whole number$/, () => "整数"],
  [/^a number$/, () => "数字"],
  [/^an object$/, () => "对象"],
  [/^a string$/, () => "文本"],
  [/^a file of this machine, or an http\(s\) address$/, () => "本机文件，或 http(s) 地址"],
  [
    /^is not an http\(s\) address\. The provider fetches this (\w+) itself and cannot reach this machine's disk: put the file where it can be fetched without a login \(object storage, a web server\), and give its address$/,
    ([kind]) =>
      `不是 http(s) 地址。${media[kind!] ?? kind}由服务商自行下载，它无法访问本机磁盘：请把文件放到无需登录即可下载的位置（对象存储、网站），并给出地址`,
  ],
  [
    /^is not JSON; in a shell, write it between single quotes: (.*)$/s,
    ([example]) => `不是 JSON；在 shell 中请用单引号括起：${example}`,
  ],
  // Files, and where they lie (node, engine).
  [/^(.*): there is no such file$/s, ([path]) => `文件 ${path} 不存在`],
  [/^(.*) is (a .*); a regular file is needed$/s, ([path]) => `${path} 不是普通文件`],
  [/^(.*) cannot be read \((\w+)\)$/s, ([path, code]) => `无法读取 ${path}（${code}）`],
  [/^(.*) cannot be written \((\w+)\)$/s, ([path, code]) => `无法写入 ${path}（${code}）`],
  [
    /^(.*) has (\d+) bytes; at most (\d+) are allowed$/s,
    ([path, bytes, most]) => `${path} 有 ${bytes} 字节；最多 ${most} 字节`,
  ],
  [/^this is not a handle: (.*)$/s, ([why], say) => `这不是句柄：${say(why!)}`],
  [/^it is cut off or was changed$/, () => "不完整，或已被改动"],
  [
    /^(.*) cannot be used: (.*)\. What is in it was left as it is\.$/s,
    ([path, why], say) => `无法使用 ${path}：${say(why!)}。其中的内容保持原样`,
  ],
  [
    /^it was written by a newer version of this program \((.*)\); update the program$/s,
    ([what]) => `由本程序的更新版本写入（${what}）；请更新程序`,
  ],
  [
    /^it is no SQLite database; move it away, or name another data directory(?: \(.*\))?$/s,
    () => "不是 SQLite 数据库；请移走它，或指定另一个数据目录",
  ],
  [
    /^it is damaged; keep a copy, and restore a backup or mend it with `(.*)`(?: \(.*\))?$/s,
    ([command]) => `已损坏；请保留副本，再恢复备份，或用 \`${command}\` 修复`,
  ],
  [
    /^this user may not write to it, or to its directory; put the permissions right, or name another data directory(?: \(.*\))?$/s,
    () => "当前用户不能写入它或它的目录；请修正权限，或指定另一个数据目录",
  ],
  [
    /^another process is writing to it and does not come to an end; stop that one, or wait(?: \(.*\))?$/s,
    () => "另一个进程正在写入，一直没有结束；请停止它，或等待",
  ],
  [
    /^it cannot be made: (.*); name another data directory$/s,
    ([why]) => `无法创建：${why}；请指定另一个数据目录`,
  ],
  [/^the disk is full; make room on it(?: \(.*\))?$/s, () => "磁盘已满；请腾出空间"],
  [
    /^the disk is full: there is no room for (.*); free some space, or choose another place$/s,
    ([what]) => `磁盘已满，放不下 ${what}；请腾出空间，或换一个位置`,
  ],
  [
    /^the disk is full: there is no room for the video in (.*); free some space, and it is fetched again by itself$/s,
    ([where]) => `磁盘已满，${where} 放不下视频；请腾出空间，之后会自动重新下载`,
  ],
  [
    /^(.*) cannot be written \((\w+)\); make it writable, and it is fetched again by itself$/s,
    ([where, code]) => `无法写入 ${where}（${code}）；请让它可以写入，之后会自动重新下载`,
  ],
  [/^(.*) exists already and is not overwritten$/s, ([path]) => `${path} 已存在，不会覆盖`],
  [/^(.*); it is fetched again by itself$/s, ([why], say) => `${say(why!)}；会自动重新下载`],
  [
    /^(.*); the provider is asked for a fresh one$/s,
    ([why], say) => `${say(why!)}；正在向服务商获取新链接`,
  ],
  [
    /^the link is dead: HTTP (\d+) \((.*)\)$/s,
    ([status, link]) => `链接已失效：HTTP ${status}（${link}）`,
  ],
  [/^no answer within (\d+) s$/, ([seconds]) => `${seconds} 秒内没有应答`],
  [
    /^HTTP (\d+), (?:a )?success without a task id$/,
    ([status]) => `HTTP ${status}，成功但没有任务 id`,
  ],
  // What a person asked for (engine).
  [
    /^there is no model "(.*)"; there is: (.*)\. Nothing was recorded and nothing was paid\.$/s,
    ([model, known]) => `没有模型 "${model}"；现有：${known}。未记录任何内容，未产生费用。`,
  ],
  [
    /^the idempotency key "(.*)" belongs to generation (\w+), which asks for something else\. Use a new key for a new video\. Nothing was recorded and nothing was paid\.$/s,
    ([key, id]) =>
      `幂等键 "${key}" 属于生成 ${id}，其内容与此不同。新的视频请用新的键。未记录任何内容，未产生费用。`,
  ],
  [/^there is no generation "(.*)"$/s, ([id]) => `没有生成 "${id}"`],
  [
    /^more than one generation begins with "(.*)": (.*), …$/s,
    ([id, like]) => `以 "${id}" 开头的生成不止一个：${like}，…`,
  ],
  [/^generation (\w+): (.*)$/s, ([id, why], say) => `生成 ${id}：${say(why!)}`],
  [/^it has ended already: (\w+)$/, ([state]) => `已经结束（${state}）`],
  [/^its video exists, is paid for and is being fetched$/, () => "视频已生成并付费，正在下载"],
  [/^it is undecided: settle it instead$/, () => "结果未知：应当裁定"],
  [
    /^it is (\w+); only what is undecided can be settled$/,
    ([state]) => `当前为 ${state}；只有结果未知的才能裁定`,
  ],
  [/^it is (\w+); cancel or settle it first$/, ([state]) => `当前为 ${state}；请先取消或裁定`],
  [/^(.*) has no call that cancels a task$/, ([vendor]) => `${vendor} 没有取消任务的接口`],
  [/^this provider has no way to cancel a task$/, () => "该服务商不能取消任务"],
  // The history of a generation (engine).
  [/^accepted; nothing is sent yet$/, () => "已接受，尚未发送"],
  [/^taken over by its handle: task (\S+)$/, ([task]) => `凭句柄接管：任务 ${task}`],
  [
    /^submit of task (\d+)(?:, attempt (\d+))?$/,
    ([number, attempt]) =>
      `提交任务 ${number}${attempt === undefined ? "" : `（第 ${attempt} 次）`}`,
  ],
  [/^accepted as task (\S+)$/, ([task]) => `已接受，任务 ${task}`],
  [
    /^submit (\d+) was accepted after all as task (\S+), and may be paid; it is not followed$/,
    ([number, task]) => `第 ${number} 次提交其实已被接受（任务 ${task}），可能已付费；不再跟踪`,
  ],
  [/^the video exists at the provider$/, () => "视频已在服务商处生成"],
  [/^the provider knows the task$/, () => "服务商确认任务存在"],
  [
    /^((?:(?:video|cover|watermarked) kept, \w+…(?:, )?)+)$/,
    ([kept]) =>
      kept!.replaceAll(
        /(\w+) kept, (\w+…)(, )?/g,
        (_, kind: string, hash: string, more?: string) =>
          `已保存${kinds[kind] ?? kind} ${hash}${more === undefined ? "" : "，"}`,
      ),
  ],
  [/^cancelled before it was sent$/, () => "发送之前已取消"],
  [
    /^cancelled before it was sent again; submit (\d+) stays undecided$/,
    ([number]) => `再次发送之前已取消；第 ${number} 次提交仍为结果未知`,
  ],
  [/^the provider is to be asked to cancel$/, () => "将请求服务商取消"],
  [/^to be made again, at the risk of paying twice$/, () => "将重新生成，可能重复付费"],
  [/^its task was named: (\S+)$/, ([task]) => `已指明任务：${task}`],
  [/^given up; its task may exist and may be paid$/, () => "已放弃；任务可能存在并计费"],
  [/^the program ended before it had an answer$/, () => "程序在得到应答之前结束"],
  [
    /^Look in the provider's console for a task of that time\.$/,
    () => "请在服务商控制台查看那个时间的任务。",
  ],
  // A server that is worked on (this program, where an error is text by then).
  [
    /^(.*); start it there, or name another with --server or ZOETROPE_SERVER$/s,
    ([why], say) => `${say(why!)}；请在那里启动它，或用 --server 或 ZOETROPE_SERVER 指定另一个`,
  ],
  [
    /^(.*); it may have done so all the same: look with `(.*?)` before you say it again$/s,
    ([why, command], say) => `${say(why!)}；它可能已经执行：再次运行之前，请用 \`${command}\` 查看`,
  ],
  [
    /^the server at (\S+) wants a key, and (does not know the one|there is none) in ZOETROPE_SERVER_KEY; `(.*?)` on its machine makes one$/s,
    ([url, which, command]) =>
      `服务器 ${url} 需要密钥，而 ZOETROPE_SERVER_KEY ${which === "there is none" ? "未设置" : "中的密钥无效"}；在它所在的机器上运行 \`${command}\` 可创建`,
  ],
  [/^the server at (\S+) has not answered in time$/, ([url]) => `服务器 ${url} 未及时应答`],
  [
    /^the server at (\S+) has answered in a way that this program cannot read; are both of the same version\?$/,
    ([url]) => `无法理解服务器 ${url} 的应答；双方版本是否一致？`,
  ],
  [
    /^the server at (\S+) cannot be reached \((\w+)\)$/,
    ([url, code]) => `无法连接服务器 ${url}（${code}）`,
  ],
  [
    /^(\S+) answers with (\d+) in place of a server$/,
    ([url, status]) => `${url} 应答 ${status}，不是服务器`,
  ],
  [/^the server at (\S+) has broken off its answer$/, ([url]) => `服务器 ${url} 的应答中断`],
  [/^the server at (\S+) answers again$/, ([url]) => `服务器 ${url} 恢复应答`],
  [/^the server at (\S+): (.*)$/s, ([url, why], say) => `服务器 ${url}：${say(why!)}`],
  [
    /^what comes from (\S+) is not the file that was kept: its SHA-256 is another one$/,
    ([url]) => `${url} 给出的不是已保存的文件：SHA-256 不同`,
  ],
  [
    /^(.*) cannot be written \((\w+)\); choose another place, or make (?:room in this one|this one writable)$/s,
    ([path, code]) => `无法写入 ${path}（${code}）；请换一个位置，或让此处可以写入`,
  ],
  // How an account stands (providers).
  [/^(.*); every model is activated$/s, ([what], say) => `${say(what!)}；所有模型均已开通`],
  [
    /^(.*); likely not activated for this account: (.*)$/s,
    ([what, models], say) => `${say(what!)}；该账号可能未开通：${models}`,
  ],
  [/^key, secret and clock are good$/, () => "密钥、Secret 与时钟均正常"],
  [
    /^the access key id is not known \((.*)\)\. Check (\w+)$/s,
    ([answer, variable]) => `Access Key ID 不存在（${answer}）。请检查 ${variable}`,
  ],
  [
    /^the key id is known but the signature is not right \((.*)\); likely the secret access key is wrong\. Check (\w+)$/s,
    ([answer, variable]) =>
      `Access Key ID 存在，但签名不正确（${answer}）；Secret Access Key 可能有误。请检查 ${variable}`,
  ],
  [
    /^this machine's clock is (\d+) s (behind|ahead) of the service's \((.*)\)\. Set it right$/s,
    ([seconds, direction, answer]) =>
      `本机时钟比服务端${direction === "behind" ? "慢" : "快"} ${seconds} 秒（${answer}）。请校准`,
  ],
  [
    /^the service could not be reached: (.*)\. Check the network, the proxy and the base address$/s,
    ([why], say) => `无法连接服务：${say(why!)}。请检查网络、代理和服务地址`,
  ],
  [
    /^the API key is good; (\d+) credits are left; (\d+) of (\d+) tasks at once are running, (\d+) wait$/,
    ([credits, running, limit, waiting]) =>
      `API 密钥正常；余额 ${credits} 积分；运行 ${running}/${limit} 个任务，排队 ${waiting} 个`,
  ],
  [
    /^By the price page only videos that succeed are billed$/,
    () => "按价格页，只有成功的视频才计费",
  ],
  [
    /^No document of this API names a call that lists tasks, so only the Volcengine console can tell \((.*?)\): look at the usage and the bill of this account around that time\.$/,
    ([console]) =>
      `该 API 的文档中没有列出任务的接口，只能在火山引擎控制台（${console}）核实：请查看该账号在那个时间前后的用量与账单。`,
  ],
  [
    /^Look at the tasks of that time in Vidu's console \((.*?)\)(?:; its payload is (.*?))?\.$/s,
    ([consoles, payload]) =>
      `请在 Vidu 控制台（${consoles!.replace(" or ", " 或 ")}）查看那个时间的任务${payload === undefined ? "" : `；其 payload 为 ${payload}`}。`,
  ],
  // Said on the way (core, engine).
  [/^(.*); trying again$/s, ([why], say) => `${say(why!)}；正在重试`],
  [/^(.*); trying again until it succeeds$/s, ([why], say) => `${say(why!)}；将一直重试到成功`],
]

const media: Readonly<Record<string, string>> = { image: "图片", video: "视频", audio: "音频" }

const kinds: Readonly<Record<string, string>> = {
  video: "视频",
  cover: "封面",
  watermarked: "带水印的视频",
}

/** What the core calls the reasons that a code of a provider has, with or without what the code means. */
const heads: ReadonlyMap<string, string> = new Map([
  ["too many calls per second for this account and model", "该账号和模型每秒请求数过多"],
  ["too many tasks in flight for this account and model", "该账号和模型同时进行的任务过多"],
  ["the provider failed internally", "服务商内部错误"],
  ["the credentials were refused", "凭证未通过校验"],
  ["this account may not use this service", "该账号无权使用此服务"],
  ["the provider refused the request", "服务商拒绝了请求"],
  ["content review stopped the input", "内容审核拦截了输入"],
  ["content review stopped the result", "内容审核拦截了生成结果"],
  ["the task ended without a video", "任务结束，没有视频"],
  ["the task was cancelled at the provider", "任务已在服务商处取消"],
  ["the wait was aborted", "等待已中止"],
])

/** `undefined` for a sentence that has no Chinese form here. */
export const phraseOf = (text: string, say: (text: string) => string): string | undefined => {
  const [head = "", ...meaning] = text.split(": ")
  const known = heads.get(head)
  if (known !== undefined) {
    return meaning.length === 0 ? known : `${known}：${say(meaning.join(": "))}`
  }
  for (const [english, chinese] of phrases) {
    const found = english.exec(text)
    // A group that is optional may be missing from the match.
    if (found !== null) return chinese(found.slice(1), say)
  }
  return undefined
}
