/** What `--help` and the completion scripts say. Names of commands and flags are no part of it. */

export const help = {
  headings: {
    usage: "Usage",
    arguments: "Arguments",
    models: "Models",
    commands: "Commands",
    flags: "Flags",
    sharedFlags: "Flags of every model",
    also: "Also",
    examples: "Examples",
  },
  /** Flags that the framework brings along, by their names. */
  builtIn: {
    help: "Show help information",
    version: "Show version information",
    completions: "Print shell completion script",
  },
  field: {
    sentence: (text: string) => (/[.!?。]$/.test(text) ? text : `${text}.`),
    required: "Required.",
    unit: (unit: string) => `Unit: ${unit}.`,
    default: (value: string) => `Default: ${value}.`,
    turnedOffBy: (flag: string) => `${flag} turns it off.`,
    example: (value: string) => `Example: ${value}`,
    together: (parts: ReadonlyArray<string>) => parts.join(" "),
  },
  model: (title: string, summary: string) => `${title}. ${summary}`,
  /** Flags and arguments of several commands. */
  shared: {
    out: "Where a copy of the video is wanted; never overwrites a file. Default: ./<model>-<date>-<time>-<id>.mp4",
    deadline:
      "How long to wait, such as 90s, 10m or 1h30m; then exit 4, and the task goes on. Default: as long as it takes",
    account: "The account of the config file to use; `default` is that of the environment",
    json: "Print the result, or the error, as JSON on stdout",
    dataDir: (usual: ReadonlyArray<string>) =>
      `Where generations are recorded and their files kept. Default: ${["$ZOETROPE_DATA_DIR", ...usual].join(", or ")}`,
    server:
      "A server that has the generations, in place of a data directory here. Default: $ZOETROPE_SERVER, if that is set. Its key: $ZOETROPE_SERVER_KEY",
    adopt:
      "Take over a task that was made with another key of the same account: one that was replaced, or temporary credentials",
    subject:
      "The id of a generation, or as much of its beginning as only one has; or the handle zt1.… of a task, or its JSON. @FILE reads them from a file, - from stdin",
    id: "The id of a generation, or as much of its beginning as only one has. @FILE reads it from a file, - from stdin",
  },
  zoetrope: {
    description:
      "Generative video from the command line: submit, wait, keep. A video that was paid for is never lost and never paid for twice.",
    demo: "see everything work, without an account",
    models: "what can be asked for",
  },
  generate: {
    description:
      "Generate videos: check the input, record it, submit, wait, keep. `zoetrope generate MODEL --help` shows the flags of a model. What is recorded survives this process: `zoetrope wait` goes on with it.",
    short: "Generate videos and keep them on disk",
    input: "The fields as one JSON object, from a file or from stdin; flags override its fields",
    n: "How many videos of the same input, each of them paid, 1 to 50. Default: 1",
    batch:
      "A video for each row; columns are fields of the model, and model, account, idempotency_key, out. What a row says wins over flags. All rows are checked before any is recorded",
    idempotencyKey:
      "A name of your own for this one video: the same key and input again follow the same generation, and nothing is paid twice",
    detach: "Print the id on stdout as soon as the task is accepted, or stands in line, and exit",
    remakes:
      "How many more tasks may be made, and paid, when one fails for a reason that the provider's document calls worth another try. Default: 1",
    batchExample: "a video for each row, with the model in a column",
  },
  wait: {
    description:
      "Go on with what is recorded, whatever process asked for it, and keep the videos. A handle takes over a task that was submitted elsewhere with the same account. Without a name: everything that moves, live; videos then stay in the data directory unless --out names one. Waiting pays only for what still stands in line.",
    short: "Go on with what is recorded, and keep the videos",
    everything: "everything that moves",
    handle: "a task of another machine, by its handle",
    file: "from a file that `generate --detach > clip.id` wrote",
  },
  list: {
    description: "What is recorded, newest first. It asks no provider; `zoetrope wait` does.",
    short: "What is recorded, newest first",
    state: "Only those in this state; may be repeated",
    model: "Only those of this model; may be repeated",
    limit: "How many at most. Default: 50",
    after: "Only those asked for before this one: the next page",
    json: "One generation a line, as JSON on stdout; newest first",
    undecided: "what a person has to settle",
    failed: "for another program",
  },
  show: {
    description:
      "Everything that is recorded of one generation: how it stands, its tasks with their handles and what they cost, its files, and what happened when. It asks no provider.",
    short: "Everything that is recorded of one",
  },
  cancel: {
    description:
      "Cancel. What is not sent yet is cancelled here, and costs nothing; of a task, its provider is asked to take it back. Exit 0 if it is cancelled, 4 if it goes on: not every provider can cancel, and those that can do so only while the task waits.",
    short: "Take back what is not sent, or what the provider lets go",
    queued: "everything that is not sent yet",
  },
  settle: {
    description:
      "Say what became of an undecided generation: a submit whose answer was lost, or a task that its provider does not know any more. Look in the provider's console first; `zoetrope show` says when it was sent. Nothing is sent by this command itself.",
    short: "Say what became of an undecided one",
    again: "Make it again: a new task, which is paid. If the first one exists, too, both are",
    found: "This is its task: go on with it. @FILE or - to read the handle",
    giveUp: "There is no task, or the video is wanted no more: leave it",
    giveUpExample: "the console shows no such task",
    againExample: "at the risk of paying twice",
  },
  rm: {
    description:
      "Forget generations that have ended, with their files in the data directory; copies elsewhere stay. What has not ended is refused: it may be paid for. With --json, one object a line.",
    short: "Forget what has ended",
    failed: "everything that failed",
  },
  stats: {
    description:
      "How many generations there are in each state, how many submits were sent and became tasks, what the videos take on the disk, and how long tasks of each model took.",
    short: "Counts, tasks paid, disk, durations",
  },
  backup: {
    description:
      "Copy the data directory to a place from which it can be started, also while a server or other commands work in it. What was waiting to be sent is undecided in the copy, since it may be sent, and paid, before the copy is ever used.",
    short: "A copy of everything, safe to start from",
    directory:
      "Where the copy is: a new directory, or that of an earlier copy, to which only what is new is added",
    list: "what is in it",
  },
  serve: {
    description:
      "Durable generations over HTTP: the project's own API with its page at /docs, and /v1/videos for clients of OpenAI. Keeps everything in the data directory, like the other commands, and goes on with what they have left there. SIGINT or SIGTERM stop it in good order: no new work, open requests end, nothing that was accepted is lost. Its log is on stderr.",
    short: "Generations over HTTP, for other programs",
    port: "Port to listen on; 0 for one that is free. Default: 8080",
    host: "Address to listen on. Default: 127.0.0.1, this machine alone; any other one wants keys (zoetrope keys make)",
    publicUrl:
      "Where the providers reach this server, through a proxy say: then those that can report the ends of tasks themselves. Default: they are only asked",
    simulate:
      "Try everything without an account: the providers are simulated in this process, nothing is paid, and the data directory is one of its own",
    json: "Print where it listens as JSON on stdout, in place of the address",
    simulateExample: "without an account",
  },
  keys: {
    description:
      "Who may use a server. Without keys, a server answers this machine alone; for any other address it wants keys before it starts. They lie in its data directory, as hashes.",
    short: "Who may use a server: make, list and remove keys",
    make: {
      description:
        "Make a key, and print it on stdout, this once: what is kept is its hash. With the first key, a server on this data directory answers nobody without one any more.",
      short: "Make a key, and print it this once",
      scope:
        "read: look at one's own; create: also ask for videos, cancel, settle, delete; admin: that with everybody's. Default: create",
      owner: "Whose generations it sees: those of all keys with this owner. Default: only its own",
    },
    list: {
      description:
        "The keys there are: id, what each may do, whose it is, since when. With --json, one object a line.",
      short: "The keys there are",
    },
    rm: {
      description:
        "Remove a key: within a second it opens nothing any more, and event streams that it opened end. What was asked for with it stays, and goes on.",
      short: "Remove a key, at once",
      id: "The id of the key, as `zoetrope keys list` shows it",
    },
  },
  models: {
    description: "The models that can be asked for, by provider.",
    short: "What can be asked for",
    server:
      "A server, whose models are shown in place of those of this program. Default: $ZOETROPE_SERVER, if that is set. Its key: $ZOETROPE_SERVER_KEY",
    serverExample: "what a server can make",
    show: {
      description: "One model: its fields, limits and documents.",
      short: "One model: fields, limits, documents",
      model: "A model's id, or the vendor's own name for it",
      jsonSchema: "Print the JSON Schema of the input (draft 2020-12)",
      schemaExample: "by the vendor's own name; a schema for editors and other programs",
    },
  },
  credits: {
    description:
      "What each account has left, and how many of its tasks run and wait, where the provider tells. Asking costs nothing.",
    short: "What each account has left",
    account: "one account, for a script",
  },
  doctor: {
    description: (variables: ReadonlyArray<string>, example: string) =>
      `Check accounts, config file, data directory, clock and proxy. It costs nothing; exit 0 if all is well, else 1.

An account is a set of variables (${variables.join(", ")}), in the environment or in the config file, which only you may read (chmod 600):
  ${example}
It is looked for at $ZOETROPE_CONFIG, $XDG_CONFIG_HOME/zoetrope/config.json and ~/.config/zoetrope/config.json. "providers": ["PACKAGE"] beside "accounts" names packages that bring further providers.`,
    short: "Check accounts, clock, config file and proxy",
  },
  sign: {
    description: (form: string) =>
      `Sign a request for any Volcengine service (HMAC-SHA256), and show each step. Reads one JSON object from stdin:
  ${form}
date is ISO 8601 or 20250805T144938Z; now without it. Without any key in it, the keys are VOLC_ACCESS_KEY_ID, VOLC_SECRET_ACCESS_KEY and VOLC_SESSION_TOKEN of the environment.
With "presign": true the signature goes into the query, for expiresSeconds from date (by default the service's own 900), and {"query": …} is printed: as good as a key until it expires. Sends nothing.`,
    short: "Sign a Volcengine request given as JSON on stdin",
    presign: "the query of a link that is good for a minute",
  },
  simulate: {
    description:
      "Run the providers on this machine: real HTTP on loopback, signatures checked, limits and errors as documented, real MP4 files, nothing paid. Runs until Ctrl-C.",
    short: "Run the providers on this machine, for free",
    port: "Port on 127.0.0.1. Default: one that is free",
    speed: "Simulated seconds per real second. Default: 10",
    fault:
      "A fault on order, such as poll:503:n=3 or submit:lost-answer; may be repeated. The grammar: zoetrope simulate --faults",
    faults: "Print the grammar of faults and exit",
    qps: "Calls per second allowed for each model. Default: as the provider",
    inFlight: "Tasks in flight allowed for each model. Default: as the provider",
    faultExample: "with things that go wrong",
    faultsExample: "what can go wrong",
  },
  demo: {
    description:
      "See everything work in some seconds, without an account. First act: every model at once, signed requests over real HTTP to the simulator on this machine, faults on purpose, playable MP4 files from a picture. Second act: the same once more, and the process that does it is killed in the middle and started again. Then the simulator's ledger as a proof.",
    short: "See everything work, without an account",
    image: "Your own picture, JPEG or PNG. Default: one of the project's",
    out: "Where the videos are kept. Default: ./zoetrope-demo, or a numbered one beside it",
    imageExample: "with your own picture",
  },
}
