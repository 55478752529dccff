/** What the demo says, in Chinese. */
import type * as En from "../en/demo.ts"

export const demo: typeof En.demo = {
  firstAct: (count, url, speed) =>
    `第一幕：${count} 个模型同时跑，经 HTTP 到 ${url}，速度为实际的 ${speed} 倍。不花钱：服务商是模拟器，并被安排制造一些故障。`,
  secondAct: (count) => `第二幕：同样的 ${count} 个再来一遍，由单独的进程执行，中途会被杀掉：`,
  over: (seconds) => `全部完成，用时 ${seconds} 秒`,
  firstTitle: "第一幕：服务商出故障",
  secondTitle: "第二幕：本机出故障",
  drives: (pid) => `由进程 ${pid} 执行`,
  goesOn: (pid) => `进程 ${pid} 接着做已记录的生成`,
  killed: (pid, underWay) => `kill -9 ${pid}，当时有 ${underWay}`,
  chosen: (others, settle) =>
    `（这个时刻是挑选的：途中的提交可以查到。若是发往 ${others.join(" 或 ")} 的则查不到：会成为结果未知，绝不再次发送，由人用 \`${settle}\` 裁定。）`,
  underWay: {
    submitting: (count) => `${count} 个提交在途中`,
    running: (count) => `${count} 个任务在运行`,
    fetching: (count) => `${count} 个视频在下载`,
    queued: (count) => `${count} 个尚未发送`,
    nothing: "没有进行中的生成",
  },
  workerEnded: (how) => `演示的工作进程自行结束（${how}）。未产生费用；请重新运行演示。`,
  survived: (what) => `经受住：${what}`,
  together: (parts) => parts.join("；"),
  times: (what, count) => `${what} ×${count}`,
  overBefore: "无：kill -9 之前已结束",
  resumed: "下载中断后续传",
  foundByMark: "按标记找到任务",
  lostAnswer: "提交的应答丢失，按标记找到任务",
  refused: "提交被拒绝，再次发送",
  pollFailed: "查询没有应答，再次查询",
  remade: "任务失败，重做",
  hindered: "下载失败，重试",
  killedWhile: {
    queued: "发送之前 kill -9",
    submitting: "提交途中 kill -9",
    undecided: "查找任务时 kill -9",
    running: "任务运行时 kill -9",
    fetching: "下载视频时 kill -9",
  },
  failed: (why) => `失败：${why}`,
  heads: {
    model: "模型",
    task: "任务",
    polls: "轮询",
    tasks: "创建",
    paid: "付费",
    video: "视频",
    size: "大小",
  },
  task: (id) => `任务 ${id}`,
  counts: (polls, made, paid) => `轮询 ${polls} 次 · 创建 ${made} 个，付费 ${paid} 个`,
  proof: "以模拟器的账本和文件为证",
  tryNext: "接下来可以试试",
  yourPicture: "YOUR-PICTURE.jpg",
  claims: {
    nothingLost: (accepted, recorded) => `没有丢失：接受 ${accepted} 个任务，记录 ${recorded} 个`,
    paidOnce: (wanted, paid, seconds) =>
      `没有重复付费：需要 ${wanted} 个视频，付费 ${paid} 个（${seconds} 秒）`,
    whole: (whole, all, playable) =>
      `文件完整：${all} 个中有 ${whole} 个的 SHA-256 与账本一致，${playable} 个可播放`,
    same: (underWay, same, all) =>
      `kill -9 什么也没改变：当时 ${underWay} 个进行中，${all} 个视频中有 ${same} 个与之前逐字节相同`,
  },
}
