/** `--help` and the completion scripts in Chinese. Names of commands and flags stay as they are. */
import type * as En from "../en/help.ts"

const sentence = (text: string): string => (/[.!?。！？]$/.test(text) ? text : `${text}。`)

const units: Readonly<Record<string, string>> = { s: "秒", frames: "帧", characters: "字符" }

export const help: typeof En.help = {
  headings: {
    usage: "用法",
    arguments: "参数",
    models: "模型",
    commands: "命令",
    flags: "选项",
    sharedFlags: "所有模型通用的选项",
    also: "其他",
    examples: "示例",
  },
  builtIn: {
    help: "显示帮助",
    version: "显示版本",
    completions: "输出 shell 补全脚本",
  },
  field: {
    sentence,
    required: "必填。",
    unit: (unit) => `单位：${units[unit] ?? unit}。`,
    default: (value) => `默认：${value}。`,
    turnedOffBy: (flag) => `用 ${flag} 关闭。`,
    example: (value) => `示例：${value}`,
    together: (parts) => parts.join(""),
  },
  model: (title, summary) => `${title}。${sentence(summary)}`,
  shared: {
    out: "视频副本的位置；不会覆盖已有文件。默认：./<model>-<date>-<time>-<id>.mp4",
    deadline: "最多等待多久，例如 90s、10m 或 1h30m；到时以退出码 4 结束，任务继续进行。默认：不限",
    account: "使用配置文件中的哪个账号；`default` 为环境变量中的账号",
    json: "在 stdout 以 JSON 输出结果或错误",
    dataDir: (usual) =>
      `记录生成、保存文件的目录。默认：${["$ZOETROPE_DATA_DIR", ...usual].join("，或 ")}`,
    server:
      "使用服务器上的生成，而不是本机的数据目录。默认：$ZOETROPE_SERVER（如已设置）。密钥取自 $ZOETROPE_SERVER_KEY",
    adopt: "接管用同一账号的另一个密钥创建的任务：旧密钥已更换，或当时用的是临时凭证",
    subject:
      "生成的 id，或足以区分的开头几位；也可以是任务的句柄 zt1.… 或其 JSON。@FILE 从文件读取，- 从 stdin 读取",
    id: "生成的 id，或足以区分的开头几位。@FILE 从文件读取，- 从 stdin 读取",
  },
  zoetrope: {
    description: "在命令行生成视频：提交、等待、保存。付过钱的视频不会丢，也不会付第二次钱。",
    demo: "看一切如何工作，不需要账号",
    models: "有哪些模型可用",
  },
  generate: {
    description:
      "生成视频：检查输入、记录、提交、等待、保存。`zoetrope generate MODEL --help` 显示某个模型的选项。记录下来的内容不随本进程消失：可用 `zoetrope wait` 接着做。",
    short: "生成视频并保存到磁盘",
    input: "以一个 JSON 对象给出各字段，来自文件或 stdin；选项优先于其中的字段",
    n: "同一输入生成几个视频，每个都要付费，1 至 50。默认：1",
    batch:
      "每行一个视频；列为模型的字段，以及 model、account、idempotency_key、out。行内的值优先于选项。所有行检查通过后才会记录",
    idempotencyKey:
      "给这一个视频自取的名称：同样的键和输入再次提交时，沿用同一个生成，不会重复付费",
    detach: "任务被接受或进入排队后，立即在 stdout 输出 id 并退出",
    remakes: "任务失败且服务商文档注明可重试时，最多再创建几个付费任务。默认：1",
    batchExample: "每行一个视频，模型写在列中",
  },
  wait: {
    description:
      "接着做已记录的生成（无论由哪个进程发起），并保存视频。给出句柄则接管同一账号在别处提交的任务。不指定时：跟踪所有进行中的生成；视频留在数据目录，除非用 --out 指定位置。等待只为仍在排队的任务付费。",
    short: "接着做已记录的生成，并保存视频",
    everything: "所有进行中的生成",
    handle: "凭句柄接管另一台机器上的任务",
    file: "来自 `generate --detach > clip.id` 写出的文件",
  },
  list: {
    description: "列出已记录的生成，最新的在前。不询问服务商；要询问请用 `zoetrope wait`。",
    short: "列出已记录的生成，最新的在前",
    state: "只列出处于此状态的；可重复",
    model: "只列出此模型的；可重复",
    limit: "最多列出几个。默认：50",
    after: "只列出早于此生成的：即下一页",
    json: "在 stdout 输出 JSON，每行一个生成；最新的在前",
    undecided: "需要人来裁定的",
    failed: "供其他程序使用",
  },
  show: {
    description:
      "显示一个生成的全部记录：当前状态、各任务及其句柄与费用、文件，以及何时发生了什么。不询问服务商。",
    short: "显示一个生成的全部记录",
  },
  cancel: {
    description:
      "取消。尚未发送的在本机取消，不产生费用；已有任务的，请求服务商取消。已取消则退出码为 0，仍在进行则为 4：并非所有服务商都能取消，能取消的也只限任务排队期间。",
    short: "取消尚未发送的，或服务商允许取消的",
    queued: "所有尚未发送的",
  },
  settle: {
    description:
      "裁定一个结果未知的生成：提交后应答丢失，或服务商已查不到任务。请先到服务商控制台核实；`zoetrope show` 会给出提交时间。此命令本身不发送任何请求。",
    short: "裁定结果未知的生成",
    again: "重新生成：创建一个新的付费任务。如果原任务也存在，则两个都会计费",
    found: "这就是它的任务：接着做。用 @FILE 或 - 读取句柄",
    giveUp: "没有任务，或不再需要视频：放弃",
    giveUpExample: "控制台中没有这个任务",
    againExample: "可能重复付费",
  },
  rm: {
    description:
      "删除已结束的生成及其在数据目录中的文件；其他位置的副本保留。未结束的会被拒绝：它可能已付费。使用 --json 时每行一个对象。",
    short: "删除已结束的生成",
    failed: "所有失败的",
  },
  stats: {
    description:
      "各状态有多少个生成，发送了多少次提交、其中多少成为任务，视频占用多少磁盘，各模型的任务用时多久。",
    short: "数量、付费任务、磁盘、用时",
  },
  backup: {
    description:
      "把数据目录复制到可以直接启动的位置，服务器或其他命令正在使用时也可以。当时等待发送的，在副本中为结果未知：使用副本之前，它可能已被发送并付费。",
    short: "复制全部内容，可安全启动",
    directory: "副本的位置：新目录，或以前的副本所在目录（只补充新内容）",
    list: "查看其中的内容",
  },
  serve: {
    description:
      "通过 HTTP 提供持久的生成：本项目的 API（页面在 /docs），以及供 OpenAI 客户端使用的 /v1/videos。与其他命令一样，内容都保存在数据目录，并接着做其中未完成的。SIGINT 或 SIGTERM 使其有序停止：不再接受新请求，已有请求处理完毕，已接受的不会丢失。日志输出到 stderr。",
    short: "通过 HTTP 提供生成，供其他程序使用",
    port: "监听端口；0 表示任选一个空闲端口。默认：8080",
    host: "监听地址。默认：127.0.0.1，即仅限本机；其他地址需要密钥（zoetrope keys make）",
    publicUrl:
      "服务商访问本服务器的地址，例如经由代理：支持回调的服务商会主动通知任务结束。默认：只轮询服务商",
    simulate: "不需要账号即可试用一切：服务商在本进程中模拟，不产生费用，使用单独的数据目录",
    json: "在 stdout 以 JSON 输出监听信息，代替地址",
    simulateExample: "不需要账号",
  },
  keys: {
    description:
      "谁可以使用服务器。没有密钥时，服务器只应答本机；监听其他地址时，必须先有密钥才能启动。密钥以哈希形式保存在服务器的数据目录。",
    short: "谁可以使用服务器：创建、列出、删除密钥",
    make: {
      description:
        "创建密钥并在 stdout 输出，仅此一次：保存的只是哈希。有了第一个密钥之后，使用此数据目录的服务器不再应答没有密钥的请求。",
      short: "创建密钥，仅显示一次",
      scope:
        "read：查看自己的生成；create：还可以生成视频、取消、裁定、删除；admin：对所有人的生成都可以。默认：create",
      owner: "可以看到谁的生成：所有者相同的密钥看到的相同。默认：只看到自己的",
    },
    list: {
      description: "现有的密钥：id、权限、所有者、创建时间。使用 --json 时每行一个对象。",
      short: "现有的密钥",
    },
    rm: {
      description:
        "删除密钥：一秒之内不再有效，用它打开的事件流随之结束。已用它请求的生成保留，并继续进行。",
      short: "立即删除密钥",
      id: "密钥的 id，见 `zoetrope keys list`",
    },
  },
  models: {
    description: "可用的模型，按服务商列出。",
    short: "有哪些模型可用",
    server:
      "服务器；显示它的模型，而不是本程序的模型。默认：$ZOETROPE_SERVER（如已设置）。密钥取自 $ZOETROPE_SERVER_KEY",
    serverExample: "服务器能做哪些模型",
    show: {
      description: "一个模型的字段、限额和文档。",
      short: "一个模型：字段、限额、文档",
      model: "模型的 id，或服务商自己的名称",
      jsonSchema: "输出输入的 JSON Schema（draft 2020-12）",
      schemaExample: "用服务商自己的名称；生成的 schema 供编辑器和其他程序使用",
    },
  },
  credits: {
    description: "各账号的余额，以及有多少任务在运行和排队（服务商提供时）。查询不产生费用。",
    short: "各账号的余额",
    account: "一个账号，供脚本使用",
  },
  doctor: {
    description: (variables, example) =>
      `检查账号、配置文件、数据目录、时钟和代理。不产生费用；一切正常时退出码为 0，否则为 1。

账号由一组变量（${variables.join("、")}）构成，写在环境变量或配置文件中；配置文件只能由本人读取（chmod 600）：
  ${example}
配置文件的位置依次为 $ZOETROPE_CONFIG、$XDG_CONFIG_HOME/zoetrope/config.json 和 ~/.config/zoetrope/config.json。在 "accounts" 旁写 "providers": ["PACKAGE"]，可加入其他服务商的包。`,
    short: "检查账号、时钟、配置文件和代理",
  },
  sign: {
    description: (form) =>
      `为火山引擎的任意服务签名一个请求（HMAC-SHA256），并显示每一步。从 stdin 读取一个 JSON 对象：
  ${form}
date 为 ISO 8601 或 20250805T144938Z；省略则为当前时间。其中没有任何密钥时，使用环境变量 VOLC_ACCESS_KEY_ID、VOLC_SECRET_ACCESS_KEY 和 VOLC_SESSION_TOKEN。
"presign": true 时签名写入 query，自 date 起 expiresSeconds 秒内有效（默认为服务端的 900 秒），并输出 {"query": …}：过期之前与密钥等效。不发送任何请求。`,
    short: "为 stdin 给出的火山引擎请求（JSON）签名",
    presign: "一分钟内有效的链接的 query",
  },
  simulate: {
    description:
      "在本机运行模拟的服务商：本机回环上真实的 HTTP，校验签名，按文档执行限额与错误，生成真实的 MP4 文件，不产生费用。运行到 Ctrl-C 为止。",
    short: "在本机免费运行模拟的服务商",
    port: "127.0.0.1 上的端口。默认：任选一个空闲端口",
    speed: "每秒实际时间对应的模拟秒数。默认：10",
    fault:
      "指定一个故障，例如 poll:503:n=3 或 submit:lost-answer；可重复。语法见 zoetrope simulate --faults",
    faults: "输出故障的语法并退出",
    qps: "每个模型每秒允许的请求数。默认：与服务商相同",
    inFlight: "每个模型允许同时进行的任务数。默认：与服务商相同",
    faultExample: "带有故障",
    faultsExample: "可能出现哪些故障",
  },
  demo: {
    description:
      "几秒钟看一切如何工作，不需要账号。第一幕：所有模型同时跑，向本机的模拟器发出真实的、带签名的 HTTP 请求，故意制造故障，由一张图片得到可播放的 MP4 文件。第二幕：再要一遍同样的视频，中途杀掉工作进程再启动。最后以模拟器的账本为证。",
    short: "看一切如何工作，不需要账号",
    image: "自己的图片，JPEG 或 PNG。默认：项目自带的图片",
    out: "视频保存的位置。默认：./zoetrope-demo，已存在时加编号",
    imageExample: "用自己的图片",
  },
}
