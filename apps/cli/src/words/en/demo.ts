/** What the demo says while it plays, and its proof. */
export const demo = {
  firstAct: (count: number, url: string, speed: number) =>
    `First act: ${count} models at once, over HTTP to ${url}, ${speed} times as fast as life. Nothing is paid: the providers are a simulator, told to make some trouble.`,
  secondAct: (count: number) =>
    `Second act: the same ${count} once more, driven by a process of its own, which is going to be killed:`,
  over: (seconds: string) => `all over in ${seconds} s`,
  firstTitle: "First act: trouble at the providers",
  secondTitle: "Second act: trouble here",
  drives: (pid: number) => `process ${pid} drives them`,
  goesOn: (pid: number) => `process ${pid} goes on with what is recorded`,
  killed: (pid: number, underWay: string) => `kill -9 ${pid}, with ${underWay}`,
  chosen: (others: ReadonlyArray<string>, settle: string) =>
    `(The moment is a chosen one: the submit on the wire can be looked for. One to ${others.join(" or ")} could not be: it would be undecided now, never sent again, and yours to settle with \`${settle}\`.)`,
  underWay: {
    submitting: (count: number) => `${count} ${count === 1 ? "submit" : "submits"} on the wire`,
    running: (count: number) => `${count} ${count === 1 ? "task" : "tasks"} running`,
    fetching: (count: number) => `${count} ${count === 1 ? "video" : "videos"} being fetched`,
    queued: (count: number) => `${count} not sent yet`,
    nothing: "nothing under way",
  },
  workerEnded: (how: number | string) =>
    `the worker of the demo ended by itself (${how}). Nothing was paid; run the demo again.`,
  survived: (what: string) => `survived ${what}`,
  together: (parts: ReadonlyArray<string>) => parts.join("; "),
  times: (what: string, count: number) => `${what} ×${count}`,
  overBefore: "nothing: it was over before the kill -9",
  resumed: "a cut download, resumed",
  foundByMark: "its task found by its mark",
  lostAnswer: "a lost answer to a submit, its task found by its mark",
  refused: "a refused submit, sent again",
  pollFailed: "a poll without an answer, asked again",
  remade: "a failed task, made again",
  hindered: "a failed download, tried again",
  killedWhile: {
    queued: "a kill -9 before it was sent",
    submitting: "a kill -9 with its submit on the wire",
    undecided: "a kill -9 while its task was looked for",
    running: "a kill -9 while its task ran",
    fetching: "a kill -9 while its video was fetched",
  },
  failed: (why: string) => `failed: ${why}`,
  heads: {
    model: "MODEL",
    task: "TASK",
    polls: "POLLS",
    tasks: "TASKS",
    paid: "PAID",
    video: "VIDEO",
    size: "SIZE",
  },
  task: (id: string) => `task ${id}`,
  counts: (polls: number, made: number, paid: number) =>
    `${polls} polls · ${made} made, ${paid} paid`,
  proof: "By the simulator's ledger, and the files",
  tryNext: "Try next",
  yourPicture: "YOUR-PICTURE.jpg",
  claims: {
    nothingLost: (accepted: number, recorded: number) =>
      `nothing is lost: ${accepted} tasks accepted, ${recorded} recorded`,
    paidOnce: (wanted: number, paid: number, seconds: number) =>
      `nothing is paid twice: ${wanted} videos wanted, ${paid} paid (${seconds} s)`,
    whole: (whole: number, all: number, playable: number) =>
      `the files are whole: ${whole} of ${all} with the SHA-256 of the ledger, ${playable} playable`,
    same: (underWay: number, same: number, all: number) =>
      `a kill -9 changes nothing: ${underWay} were under way, ${same} of ${all} videos are the same as before, byte for byte`,
  },
}
