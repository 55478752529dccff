/** What happens and what came of it: progress, tables, results, and how to go on. */
import type { State } from "@zoetrope/engine/Generation"

const are = (count: number): string => `${count} ${count === 1 ? "is" : "are"}`
const them = (count: number): string => (count === 1 ? "it" : "them")

/** `3 done`, and by themselves in tables. */
const states: { readonly [S in State]: string } = {
  queued: "queued",
  submitting: "submitting",
  running: "running",
  fetching: "fetching",
  done: "done",
  undecided: "undecided",
  failed: "failed",
  cancelled: "cancelled",
}

export const telling = {
  /** What belongs to one of several. */
  labelled: (label: string, text: string) => `${label}: ${text}`,
  /** Facts beside each other in a sentence. */
  listed: (parts: ReadonlyArray<string>) => parts.join(", "),
  headings: {
    next: "Next",
    tasks: "Tasks",
    files: "Files",
    happened: "What happened",
    settle: "To settle it",
    fields: "Fields",
    example: "Example",
    documents: "Documents",
    canonicalRequest: "Canonical request",
    stringToSign: "String to sign",
    headersToSend: "Headers to send",
  },
  time: {
    seconds: (count: number) => `${count} s`,
    decimalSeconds: (seconds: string) => `${seconds} s`,
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
    hoursAndMinutes: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
    ago: (time: string) => `${time} ago`,
    daysAgo: (days: number) => `${days} d ago`,
    video: (seconds: number) => `${seconds} s of video`,
    in: (time: string) => `in ${time}`,
  },
  output: {
    closed: "stdout was closed",
    unwritable: (code: string) => `stdout cannot be written (${code})`,
    instead: (why: string) => `${why}; here is its result:`,
    readingFromTerminal: (what: string) => `reading ${what} from the terminal; Ctrl-D ends it`,
    theRequest: "the request",
  },
  standing: {
    states,
    counted: (count: number, state: State) => `${count} ${states[state]}`,
    refusedForNow: "refused for now",
    inLine: "in line",
    inLineAgain: "in line to be made again",
    attempt: (attempt: number) => `submitting (attempt ${attempt})`,
    toBeCancelled: "to be cancelled",
    beingCancelled: "being cancelled",
    progress: (percent: number) => `running ${percent} %`,
    askingForLink: "asking for a fresh link",
    fetchingVideo: "fetching the video",
    lookingFor: "answer lost, looking for its task",
    again: (seconds: number) => `again in ${seconds} s`,
    left: (time: string) => `about ${time} left`,
    longer: "longer than usual",
    foundAs: (task: string) => `found as task ${task}`,
    followedAs: (task: string) => `followed as task ${task}`,
    acceptedAs: (task: string) => `accepted as task ${task}`,
    refusedAgain: (word: string, again: string, why: string) => `${word}, ${again}: ${why}`,
    remade: (why: string) => `its task failed and is made again: ${why}`,
    pollFailed: (why: string) => `the poll brought no answer, the task goes on: ${why}`,
    answerLost: "its answer was lost; looking for the task by its mark",
  },
  watch: {
    waits: (why: string) => `nothing is lost; it waits: ${why}`,
    firstSignal: "waiting for the answer of a submit that may be paid; Ctrl-C again quits at once",
    secondSignal:
      "quit without an answer: undecided, the task may be running and may be paid; the next command looks for it, or asks you",
  },
  recording: {
    recorded: (id: string) => `recorded as ${id}; from another terminal:`,
    keyOf: (id: string, at: string) =>
      `the key belongs to ${id} already, asked for at ${at}: it is followed, and nothing new is paid`,
    keyUsed: "its key was used before: followed, and nothing new is paid",
    earlier: (count: number) =>
      `also going on with ${count === 1 ? "a generation" : `${count} generations`} of before`,
  },
  following: {
    kept: (size: string) => `kept · ${size}`,
    done: (time: string) => `done in ${time}`,
    tasks: (count: number) => `${count} tasks made, of which the last succeeded`,
    cancelled: (count: number) =>
      `${are(count)} not sent, and cancelled; nothing was paid for ${them(count)}`,
    undecided: (count: number) => `${are(count)} undecided: a task may exist and may be paid`,
    going: (count: number, queued: number) =>
      `${count} ${count === 1 ? "goes" : "go"} on${queued === 0 ? "" : `, ${queued} of them in line and not sent yet`}. To see the end of ${them(count)}:`,
  },
  detached: {
    inLine: (count: number, all: number) =>
      `${all === 1 ? "it is" : count === 1 ? `1 of ${all} is` : `${count} of ${all} are`} recorded and not sent yet: in line behind the limits of the account. Any command that waits sends what is in line:`,
  },
  waiting: {
    rest: (count: number, accounts: ReadonlyArray<string>) =>
      `${count} rest: the credentials of ${accounts.join(", ")} are not here`,
    nothing: "nothing is under way",
  },
  conclusion: {
    notCopied: (path: string, why: string) =>
      `the video is kept as ${path}, but not copied: ${why}`,
    nothingPaid: (what: string) => `${what}; nothing was paid`,
    undecided: "undecided",
    ifFound: "if you have the handle of its task:",
    ifNone: "if there is no task, or you want no video any more:",
    ifAgain: "to have it made again, at the risk of paying twice:",
    cancelled: (id: string) => `${id} was not sent, and is cancelled; nothing was paid`,
    queued: (id: string) => `${id} is recorded and not sent yet; it keeps its place in line`,
    done: (id: string) => `${id} is done, and its video is kept`,
    fetching: (id: string) =>
      `${id}: its video exists and is paid for, and is fetched as soon as somebody waits for it`,
    submitting: (id: string) => `${id} is being submitted by another process`,
    running: (id: string, task: string) => `${id} goes on at the provider as task ${task}`,
  },
  failure: {
    onlyIfNoTask: "run the command again only when you know that there is no such task",
    maybeCancelled:
      "the provider may have cancelled the task all the same; waiting shows it, at no cost",
    costsAsBefore: "it costs what it would have cost; to see how it stands, and to keep its video",
    runAgain: "to have it made again, as a new task that is paid for, run the command again",
  },
  cancelling: {
    noCall: (vendor: string) => `${vendor} has no call that cancels a task`,
    fetching: "its video exists, is paid for and is being fetched",
    undecided: (id: string) =>
      `${id} is undecided: a task may exist and may be paid. It is settled rather than cancelled`,
    noCredentials: (id: string, account: string) =>
      `${id} is to be cancelled, but the credentials of its account "${account}" are not here: its provider is asked when a command has them`,
    cancelled: "cancelled",
    tooLate: "it was not cancelled: its end came first",
  },
  settled: {
    Again: "it will be made again, as a new task",
    Found: "it goes on with that task",
    GiveUp: "given up; its task may exist and may be paid",
    goOn: (command: string) => `to go on: ${command}`,
  },
  list: {
    older: (command: string) => `older ones: ${command}`,
    none: "none",
  },
  show: {
    model: "model",
    account: "account",
    accountText: (account: string, provider: string, key: string) =>
      `${account} of ${provider} (key ${key})`,
    askedFor: "asked for",
    askedForText: (at: string, took: string) => `${at}, ${took}`,
    doneAfter: (time: string) => `done after ${time}`,
    changedAfter: (time: string) => `last changed after ${time}`,
    input: "input",
    waitsFor: "waits for",
    lastError: "last error",
    noTask: "no task known",
    task: (id: string) => `task ${id}`,
    sent: (at: string) => `sent ${at}`,
    mark: (cost: string, token: string) => `${cost}; its mark is ${token}`,
    taskStates: {
      submitting: "submitting",
      refused: "refused",
      undecided: "undecided",
      running: "running",
      succeeded: "succeeded",
      failed: "failed",
      cancelled: "cancelled",
    },
    costs: {
      refused: "nothing was paid",
      succeeded: "paid",
      submitting: "may exist and may be paid",
      undecided: "may exist and may be paid",
      running: "paid for, by the provider's rules",
      failed: "paid only where the provider charges for such an end",
      cancelled: "paid only where the provider charges for such an end",
    },
    files: { video: "video", cover: "cover", watermarked: "watermarked" },
  },
  figures: {
    submits: "submits",
    sent: (submits: number, tasks: number) => `${submits} sent, ${tasks} of them became a task`,
    videos: "videos",
    files: (files: number, size: string) => `${files} files, ${size}`,
    durations: (tasks: number, time: string) => `half of ${tasks} tasks within ${time}`,
    directory: "directory",
  },
  balances: {
    untold: "this provider has no call that tells what is left",
    heads: {
      account: "ACCOUNT",
      provider: "PROVIDER",
      kind: "KIND",
      credits: "CREDITS",
      running: "RUNNING",
      waiting: "WAITING",
    },
    of: (count: number, limit: number) => `${count} of ${limit}`,
    block: (who: string, credits: string, running: string, waiting: string) =>
      `${who}: ${credits} credits; running ${running}, waiting ${waiting}`,
  },
  models: {
    facts: {
      id: "id",
      alias: "vendor's name",
      limits: "limits",
      usual: "usually takes",
      link: "link lives",
      retention: "remembered for",
      accounts: "accounts",
    },
    limits: (inFlight: number, callsPerSecond: number) =>
      `${inFlight} in flight, ${callsPerSecond} calls per second, per account`,
    required: (what: string) => `${what}, required`,
    document: (title: string, updated: string) => `${title}, changed ${updated}`,
  },
  doctor: {
    runtime: (version: string, platform: string) => `${version} on ${platform}`,
    provider: (name: string) => `provider ${name}`,
    providers: "providers",
    models: (title: string, count: number) =>
      `${title} (${count} ${count === 1 ? "model" : "models"})`,
    accounts: "accounts",
    account: (name: string) => `account ${name}`,
    from: (vendor: string, origin: string, health: string) =>
      `${vendor}, from ${origin}: ${health}`,
    theEnvironment: "the environment",
    clock: (message: string, clock: string) => `${message}; clock ${clock}`,
    clockRight: "right",
    clockBehind: (seconds: number) => `${seconds} s behind the service's`,
    clockAhead: (seconds: number) => `${seconds} s ahead of the service's`,
    configFile: "config file",
    noConfigFile: (path: string) => `none at ${path}`,
    privateFile: (path: string) => `${path}, readable by you alone`,
    openFile: (path: string, mode: string) =>
      `${path} may be read or changed by others (mode ${mode}); run: chmod 600 ${path}`,
    dataDirectory: "data directory",
    noDirectory: (path: string) => `none yet; it will be ${path}`,
    privateDirectory: (path: string) => `${path}, open to you alone`,
    openDirectory: (path: string, mode: string) =>
      `${path} holds prompts and links, and others may look into it (mode ${mode}); run: chmod 700 ${path}`,
    proxy: "proxy",
    noProxy: "none",
    someProxy: "set",
  },
  keys: {
    made: (id: string, scope: string, owner: string) =>
      `key ${id} may ${scope}, for ${owner}; it is shown this once`,
    first: (path: string) => `a server on ${path} wants a key with every request from now on`,
    none: (path: string) => `there are no keys in ${path}`,
  },
  backup: {
    made: (generations: number, files: number, size: string) =>
      `${generations} generations, ${files} files copied (${size})`,
    held: (count: number) =>
      `${count} were about to be sent, and are undecided in the copy: nothing of them is paid by starting it`,
    missing: (count: number, some: ReadonlyArray<string>) =>
      `${count} files are not there as they were recorded (removed just now, or damaged): ${some.join(", ")}`,
  },
  simulate: {
    running:
      "the simulator is running; paste the lines above into another shell, and every command there uses it",
    ledger: "ledger",
    faults: "faults",
    inputs: "inputs",
    ends: "Ctrl-C ends it",
    ended: (accepted: number, polls: number, seconds: number) =>
      `ended: ${accepted} tasks accepted, ${polls} polls, ${seconds} s of video would have been billed`,
  },
  serve: {
    stopping: "stopping: what has begun is answered, within 10 s; Ctrl-C again quits at once",
    notUsed: (why: string) => `not used: ${why}`,
    listening: (url: string) => `listening on ${url}`,
    listeningSimulated: (url: string) =>
      `listening on ${url}, with simulated providers: nothing is paid`,
    page: "page",
    document: "document",
    data: "data",
    keys: "Keys: every request needs one; to make another",
    noKeys: "Keys: none, so it answers this machine alone; to make one",
    ask: "Ask for a video, watch, and fetch it",
    commandLine: "The command line, on this server",
    openai: "The openai package, as it is",
    onceCompleted: 'once its status is "completed"',
    ends: "Ctrl-C ends it",
  },
  server: {
    unencrypted: (url: string) =>
      `the key goes to ${url} unencrypted; give the server an https address`,
    brokenOff: (key: string) =>
      `broken off before the server had answered, so it may be recorded, made and paid. The same again with --idempotency-key ${key} finds that one, or asks for it`,
  },
}
