/** What cannot be used, in Chinese. */
import type { CliError } from "effect/cli"
import { spaced } from "./spaced.ts"
import type * as En from "../en/refusals.ts"

export const refusals: typeof En.refusals = {
  unsent: (text) =>
    `${text.replace(/[.。]$/, "")}${text.includes("\n") ? "\n" : "。"}未发送任何请求，未产生费用。`,
  usage: {
    whichModel: "缺少模型：要用哪个模型？",
    whichCommand: "缺少命令：要执行什么？",
    wrong: (error) => usage(error),
    givenTwice: (flag) => `--${flag} 只能给出一次`,
    noServer: (name) =>
      `zoetrope ${name} 针对本机及其账号和文件，没有 --server；请在服务器所在的机器上运行`,
  },
  unknownModel: (typed, nearest) =>
    `没有模型 ${JSON.stringify(typed)}；最接近的是：${nearest.join("、")}`,
  duration: (flag, text) =>
    `--${flag}：${JSON.stringify(text)} 不是时长；应为大于 0 的数字加 ms、s、m、h 或 d，例如 90s、10m 或 1h30m`,
  generate: {
    outAndDetach:
      "--out 与 --detach 不能同时使用：没有谁等待视频；取视频时再指定副本的位置：`zoetrope wait ID --out`",
    nAndBatch: "--n 与 --batch 不能同时使用",
    keyOfMany: "--idempotency-key 只对应一个视频；批量时，每行在 idempotency_key 列中给出自己的键",
    oneFile: (path, count) =>
      `--out：${path} 是一个文件，而要生成 ${count} 个视频；请给出目录，以斜杠结尾`,
    keyOfAnother: (label, key, id) =>
      `${label === "" ? "--idempotency-key" : `${label}：idempotency_key`} ${JSON.stringify(key)} 属于生成 ${id}，其内容与此不同`,
  },
  wait: {
    oneFile: (path) => `--out：${path} 是一个文件，而视频可能不止一个；请给出目录，以斜杠结尾`,
    foreign: (id, provider, account, key) =>
      `生成 ${id} 属于 ${provider} 的账号 "${account}"（密钥 ${key}），这里没有它的凭证；有凭证的命令会接着做`,
  },
  accounts: {
    unknownVariable: (path, account, variable, known) =>
      `${path}：账号 "${account}" 设置了 ${JSON.stringify(variable)}，没有服务商使用此变量；可用：${known.join("、")}`,
    noSuch: (name, known) => `--account：没有账号 "${name}"；现有：${known.join("、")}`,
    noSuchOf: (name, vendor, known) =>
      `--account：没有 ${vendor} 的账号 "${name}"；现有：${known.join("、")}`,
    none: "没有任何服务商的凭证",
    noneFor: (vendor) => `没有 ${vendor} 的凭证`,
    noneIn: (vendor, account) => `账号 "${account}" 中没有 ${vendor} 的凭证`,
    set: (credentials) =>
      `设置环境变量 ${credentials.map((names) => names.join(" 和 ")).join("，或 ")}`,
    orFile: (path, isOne, doctor) => `或${isOne ? "" : "按同样方式"}写入 ${path}（见 ${doctor}）`,
    orDemo: (demo) => `不需要账号即可试用一切：${demo}`,
    foreignHandle: (provider, known) =>
      `此句柄属于服务商 "${provider}"，这里没有；现有：${known.join("、")}`,
    installProvider: (path) => `安装它的包，并在 ${path} 的 "providers" 中写上名称`,
    pluginFailed: (vendor, why) => `${vendor} 的程序出错：${why}`,
    unusable: (account, origin, why) => `账号 "${account}"（${origin}）：${why}`,
    environment: "环境变量",
  },
  config: {
    unreadable: (path, code) => `无法读取配置文件 ${path}（${code}）`,
    notSmall: (path) => `配置文件 ${path} 不是普通的小文件`,
    notPrivate: (path, mode) =>
      `配置文件 ${path} 含有密钥，但本机的其他用户可以读取或修改（权限 ${mode}）；不予使用`,
    notJson: (path) => `配置文件 ${path} 不是 JSON`,
    wrongForm: (path, form) => `配置文件 ${path} 的格式应为 ${form}；各部分均可省略`,
  },
  plugins: {
    notUsed: (name, why) => `不使用服务商 ${name}：${why}`,
    namedIn: (why, path) => `${why}（见 ${path}）`,
    noExport: (name) => `没有服务商的包应有的导出 "${name}"`,
    unfit: (name, why) => `导出的 "${name}" 不符合要求：${why}`,
    noName: "这不是包名；正确的例如 @acme/zoetrope-provider",
    notInstalled: (command) => `尚未安装；请运行：${command}`,
    nothingToImport: (why) => `它的 package.json 没有指向可导入的内容：${why}`,
    importFailed: (why) => `导入失败：${why}`,
    importTooLong: (seconds) => `导入超过 ${seconds} 秒`,
    sameId: (id, title) => `它的 id "${id}" 已被 ${title} 使用`,
    sameModel: (id, name, owner) => `它的模型 ${id} 与 ${owner} 重名："${name}"`,
  },
  input: {
    stdinTooLarge: (what, bytes) => `${what}：stdin 超过 ${bytes} 字节`,
    stdinUnreadable: (what, why) => `${what}：无法读取 stdin：${why}`,
    notJson: (name, why) => `--input：${name} 不是 JSON：${why}`,
    notObject: (name) => `--input：${name} 应为一个 JSON 对象，内容为模型的字段`,
  },
  out: {
    empty: "--out：不能为空",
    exists: (path) => `--out：${path} 已存在，不会覆盖；请换一个名称，或给出目录`,
    here: "当前目录",
    unwritable: (place, why) => `--out：无法写入 ${place}：${why}`,
    notDirectory: (path) => `--out：${path} 不是目录`,
  },
  subjects: {
    empty: (name) => `ID|HANDLE：${name} 为空`,
    notOneId: (name) => `ID：${name} 不是一个生成的 id`,
    badHandle: (why) => `HANDLE：${why}`,
    wholeHandle: "请复制以 zt1. 开头的完整字符串，或使用 @FILE",
    neither: (word) => `ID|HANDLE：${JSON.stringify(word)} 既不是生成的 id，也不是任务的句柄`,
    idsOnly: "句柄指向服务商的任务；这里需要的是已记录的生成的 id",
  },
  settle: {
    notAHandle: "--found：需要任务的句柄，即以 zt1. 开头的字符串",
    oneWay: "--again、--found HANDLE 和 --give-up 必须且只能选一个",
  },
  batch: {
    wrong: (why) => `--batch：${why}`,
    unusable: (bad, all) => `--batch：${all} 行中有 ${bad} 行无法使用，全部未记录`,
    row: (number, line, text) => `第 ${number} 行（文件第 ${line} 行）：${text}`,
    label: (number) => `第 ${number} 行`,
    more: (count) => `另有 ${count} 处`,
    twice: (column, cell, row) => `${column}：${JSON.stringify(cell)} 已被第 ${row} 行使用`,
    notText: (column) => `${column}：应为文本`,
    noModel: "model：缺少模型；请写在 `model` 列中，或写在 `generate` 之后",
    badModel: (why) => `model：${why}`,
    notNamed: (path) => `${path} 的名称不是 CSV 或 JSON Lines 文件；应为 *.csv、*.jsonl`,
    notUtf8: (path) => `${path} 不是 UTF-8；请以该编码保存`,
    inFile: (path, why) => `${path}：${why}`,
    noRows: (path) => `${path} 没有数据行`,
    tooMany: (path, count, most) => `${path} 有 ${count} 行；最多 ${most} 行`,
    atLine: (line, what) => (line === undefined ? what : `第 ${line} 行${what}`),
    otherCells: "的单元格数与表头不同",
    unreadable: (why) => `无法读取：${why}`,
    columnTwice: (name) => `表头中 "${name}" 列重复`,
    columnUnnamed: "表头中有一列没有名称",
    notObject: "不是 JSON 对象",
    notJson: "不是 JSON",
  },
  server: {
    both: "--server 与 --data-dir 不能同时使用：服务器有自己的目录",
    noAccountOf: (url, vendor) => `服务器 ${url} 没有 ${vendor} 的账号`,
    noSuchAccount: (url, account, vendor) => `${url} 没有 ${vendor} 的账号 "${account}"`,
    notAddress: (address) =>
      `--server：${JSON.stringify(address)} 不是 http(s) 地址；正确的例如 http://127.0.0.1:8080`,
    notPlain:
      "--server：地址只能包含主机、端口和路径。密钥应写入 ZOETROPE_SERVER_KEY；地址例如 http://127.0.0.1:8080",
    notAServer: (url) => `${url} 有应答，但不是 Zoetrope 服务器`,
  },
  directory: {
    nothingIn: (path) => `${path} 中没有任何记录`,
    nameAnother: "用 --data-dir 或 ZOETROPE_DATA_DIR 指定另一个目录",
  },
  keys: {
    noSuch: (id, path) => `${path} 中没有密钥 ${JSON.stringify(id)}`,
  },
  sign: {
    onlyPresign: 'expiresSeconds：只能与 "presign": true 一起使用',
    noBody: "body：预签名的 query 不对正文签名；请去掉它，或在请求头中签名",
    cannot: "无法签名",
    notSet: (field, variable) => `${field}：必填，而 ${variable} 未设置`,
    halfGiven: (field) => `${field}：必填，因为请求中给出了密钥的一部分`,
    notJson: "stdin 不是 JSON",
    notObject: "stdin 应为一个 JSON 对象",
    notAField: (name, known) => `没有字段 ${JSON.stringify(name)}；可用：${known.join("、")}`,
    required: (name) => `${name}：必填`,
    wrongType: (name) => `${name}：类型有误`,
    notARequest: "stdin 的内容不是请求",
    notADate: (text) =>
      `date：${JSON.stringify(text)} 不是日期；应为 2025-08-05T14:49:38Z 或 20250805T144938Z`,
  },
  simulator: {
    portInUse: (port) => `端口 ${port} 已被占用：请结束占用它的程序，或换一个端口`,
    notStarted: (why) => `模拟器无法启动：${why}`,
  },
  serve: {
    orSimulate: "或不用账号启动服务器：",
  },
}

/** The framework has English alone, so its facts are put into words here. */
const usage = (error: CliError.CliError): string => {
  switch (error._tag) {
    case "UnrecognizedOption":
      return `没有选项 ${error.option}${suggested(error.suggestions)}`
    case "MissingOption":
      return `缺少选项 --${error.option}`
    case "MissingArgument":
      return `缺少参数 ${error.argument}`
    case "UnexpectedArgument":
      return `多余的参数：${error.arguments.map((one) => JSON.stringify(one)).join("、")}`
    case "InvalidValue": {
      const name = error.kind === "flag" ? `--${error.option}` : error.option
      const what = error.value === "" ? "缺少值" : `值 ${JSON.stringify(error.value)} 无效`
      return `${name}：${what}；应为${spaced(expected(error.expected))}`
    }
    case "UnknownSubcommand":
      return `没有命令 ${JSON.stringify(error.subcommand)}${suggested(error.suggestions)}`
    default:
      return error.message
  }
}

const suggested = (names: ReadonlyArray<string>): string =>
  names.length === 0 ? "" : `；是否要用 ${names.join("、")}？`

/** `Expected 1 to 50, got 60`，`Expected "a" | "b"`。 */
const expected = (text: string): string =>
  text
    .replace(/^Expected:? /, "")
    .replace(/^a string representing a finite number$/, "数字")
    .replace(/^an integer$/, "整数")
    .replace(/^a text that is not empty$/, "不为空的文本")
    .replace(/^(-?\d+) to (-?\d+), got .*$/, "$1 至 $2")
    .replace(/, got .*$/, "")
