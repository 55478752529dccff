/** What was given cannot be used: what is wrong with it, and what to do. Nothing was sent or paid. */
import type { CliError } from "effect/cli"

export const refusals = {
  /** Said behind what is wrong, by commands that would have paid. */
  unsent: (text: string) =>
    `${text.replace(/\.$/, "")}${text.includes("\n") ? "\n" : ". "}Nothing was sent and nothing was paid.`,
  usage: {
    whichModel: "which model? It is missing",
    whichCommand: "which command? It is missing",
    /** What is wrong with a command line, as the framework found it, without words of programmers. */
    wrong: (error: CliError.CliError) =>
      error.message.replace("a string representing a finite number", "a number"),
    givenTwice: (flag: string) => `--${flag} is given more than once`,
    /** Of a command whose work is on this machine alone. */
    noServer: (name: string) =>
      `zoetrope ${name} is about this machine, and its accounts and files, so it takes no --server; run it where the server runs`,
  },
  unknownModel: (typed: string, nearest: ReadonlyArray<string>) =>
    `there is no model ${JSON.stringify(typed)}; the nearest: ${nearest.join(", ")}`,
  duration: (flag: string, text: string) =>
    `--${flag}: ${JSON.stringify(text)} is not a duration; allowed: numbers above zero with ms, s, m, h or d, such as 90s, 10m or 1h30m`,
  generate: {
    outAndDetach:
      "--out and --detach exclude each other: nobody waits for the video; name the copy when you fetch it, with `zoetrope wait ID --out`",
    nAndBatch: "--n and --batch exclude each other",
    keyOfMany:
      "--idempotency-key names one video; in a batch, each row has its own in a column idempotency_key",
    oneFile: (path: string, count: number) =>
      `--out: ${path} is one file, and ${count} are made; name a directory, with a slash at its end`,
    keyOfAnother: (label: string, key: string, id: string) =>
      `${label === "" ? "--idempotency-key" : `${label}: idempotency_key`} ${JSON.stringify(key)} belongs to generation ${id}, which asks for something else`,
  },
  wait: {
    oneFile: (path: string) =>
      `--out: ${path} is one file, and there may be several; name a directory, with a slash at its end`,
    foreign: (id: string, provider: string, account: string, key: string) =>
      `generation ${id} belongs to the ${provider} account "${account}" (key ${key}), whose credentials are not here; it rests until a command has them`,
  },
  accounts: {
    unknownVariable: (
      path: string,
      account: string,
      variable: string,
      known: ReadonlyArray<string>,
    ) =>
      `${path}: account "${account}" sets ${JSON.stringify(variable)}, which no provider knows; allowed: ${known.join(", ")}`,
    noSuch: (name: string, known: ReadonlyArray<string>) =>
      `--account: there is no account "${name}"; there is: ${known.join(", ")}`,
    noSuchOf: (name: string, vendor: string, known: ReadonlyArray<string>) =>
      `--account: there is no account "${name}" of ${vendor}; there is: ${known.join(", ")}`,
    none: "there are no credentials for any provider",
    noneFor: (vendor: string) => `there are no credentials for ${vendor}`,
    noneIn: (vendor: string, account: string) =>
      `there are no credentials for ${vendor} in an account "${account}"`,
    set: (credentials: ReadonlyArray<ReadonlyArray<string>>) =>
      `set ${credentials.map((names) => names.join(" and ")).join(", or ")} in the environment`,
    orFile: (path: string, isOne: boolean, doctor: string) =>
      `or put ${isOne ? "them" : "the like"} into ${path} (see ${doctor})`,
    orDemo: (demo: string) => `to try everything without an account: ${demo}`,
    foreignHandle: (provider: string, known: ReadonlyArray<string>) =>
      `this handle is of the provider "${provider}", which is not known here; known are: ${known.join(", ")}`,
    installProvider: (path: string) =>
      `install its package, and name it under "providers" in ${path}`,
    pluginFailed: (vendor: string, why: string) => `${vendor} failed: ${why}`,
    unusable: (account: string, origin: string, why: string) =>
      `account "${account}" (${origin}): ${why}`,
    /** An account's origin, where it is no file. */
    environment: "environment",
  },
  config: {
    unreadable: (path: string, code: string) => `the config file ${path} cannot be read (${code})`,
    notSmall: (path: string) => `the config file ${path} is not a small regular file`,
    notPrivate: (path: string, mode: string) =>
      `the config file ${path} holds secrets, but other users of this machine may read or change it (mode ${mode}); it is not used`,
    notJson: (path: string) => `the config file ${path} is not JSON`,
    wrongForm: (path: string, form: string) =>
      `the config file ${path} does not have the form ${form}; each part may be left out`,
  },
  plugins: {
    notUsed: (name: string, why: string) => `provider ${name} is not used: ${why}`,
    namedIn: (why: string, path: string) => `${why} (named in ${path})`,
    noExport: (name: string) => `it has no export "${name}", as packages of providers have`,
    unfit: (name: string, why: string) => `its export "${name}" does not fit: ${why}`,
    noName: "this is not the name of a package; allowed: such as @acme/zoetrope-provider",
    notInstalled: (command: string) => `it is not installed; run: ${command}`,
    nothingToImport: (why: string) =>
      `its package.json leads to nothing that can be imported: ${why}`,
    importFailed: (why: string) => `importing it failed: ${why}`,
    importTooLong: (seconds: number) => `importing it took longer than ${seconds} s`,
    sameId: (id: string, title: string) => `its id "${id}" is that of ${title} already`,
    sameModel: (id: string, name: string, owner: string) =>
      `its model ${id} has the name "${name}" of ${owner}`,
  },
  input: {
    stdinTooLarge: (what: string, bytes: number) => `${what}: stdin holds more than ${bytes} bytes`,
    stdinUnreadable: (what: string, why: string) => `${what}: stdin cannot be read: ${why}`,
    notJson: (name: string, why: string) => `--input: ${name} is not JSON: ${why}`,
    notObject: (name: string) =>
      `--input: ${name} must hold one JSON object, the fields of the model`,
  },
  out: {
    empty: "--out: is empty",
    exists: (path: string) =>
      `--out: ${path} exists already and is not overwritten; choose another name, or a directory`,
    here: "the current directory",
    unwritable: (place: string, why: string) => `--out: ${place} cannot be written: ${why}`,
    notDirectory: (path: string) => `--out: ${path} is not a directory`,
  },
  subjects: {
    empty: (name: string) => `ID|HANDLE: ${name} is empty`,
    notOneId: (name: string) => `ID: ${name} is not the id of one generation`,
    badHandle: (why: string) => `HANDLE: ${why}`,
    wholeHandle: "copy the whole word that begins with zt1., or pass @FILE",
    neither: (word: string) =>
      `ID|HANDLE: ${JSON.stringify(word)} is neither the id of a generation nor the handle of a task`,
    idsOnly: "a handle names a task at its provider; ids name what is recorded here",
  },
  settle: {
    notAHandle: "--found: wants the handle of a task, the word that begins with zt1.",
    oneWay: "one of --again, --found HANDLE and --give-up is needed, and only one",
  },
  batch: {
    wrong: (why: string) => `--batch: ${why}`,
    unusable: (bad: number, all: number) =>
      `--batch: ${bad} of ${all} rows cannot be used, and none was recorded`,
    row: (number: number, line: number, text: string) => `row ${number} (line ${line}): ${text}`,
    label: (number: number) => `row ${number}`,
    more: (count: number) => `and ${count} more`,
    twice: (column: string, cell: string, row: number) =>
      `${column}: ${JSON.stringify(cell)} is that of row ${row} already`,
    notText: (column: string) => `${column}: must be a text`,
    noModel: "model: is missing; name it in a column `model`, or behind `generate`",
    badModel: (why: string) => `model: ${why}`,
    notNamed: (path: string) =>
      `${path} is not named as a CSV or JSON Lines file; allowed: *.csv, *.jsonl`,
    notUtf8: (path: string) => `${path} is not UTF-8; save it with that encoding`,
    inFile: (path: string, why: string) => `${path}: ${why}`,
    noRows: (path: string) => `${path} has no rows`,
    tooMany: (path: string, count: number, most: number) =>
      `${path} has ${count} rows; at most ${most} are allowed`,
    atLine: (line: number | undefined, what: string) =>
      line === undefined ? what : `line ${line} ${what}`,
    otherCells: "has another number of cells than the header",
    unreadable: (why: string) => `cannot be read: ${why}`,
    columnTwice: (name: string) => `the header has the column "${name}" twice`,
    columnUnnamed: "the header has a column without a name",
    notObject: "is not a JSON object",
    notJson: "is not JSON",
  },
  server: {
    both: "--server and --data-dir exclude each other: a server has a directory of its own",
    noAccountOf: (url: string, vendor: string) =>
      `the server at ${url} has no account of ${vendor}`,
    noSuchAccount: (url: string, account: string, vendor: string) =>
      `${url} has no account "${account}" of ${vendor}`,
    notAddress: (address: string) =>
      `--server: ${JSON.stringify(address)} is no http(s) address, such as http://127.0.0.1:8080`,
    notPlain:
      "--server: the address has more in it than a host, a port and a path. A key belongs into ZOETROPE_SERVER_KEY, and the address is plain, such as http://127.0.0.1:8080",
    notAServer: (url: string) => `${url} answers, but not as a Zoetrope server does`,
  },
  directory: {
    nothingIn: (path: string) => `nothing was ever recorded in ${path}`,
    nameAnother: "name another one with --data-dir or ZOETROPE_DATA_DIR",
  },
  keys: {
    noSuch: (id: string, path: string) => `there is no key ${JSON.stringify(id)} in ${path}`,
  },
  sign: {
    onlyPresign: 'expiresSeconds: is only for "presign": true',
    noBody: "body: a presigned query signs no body; leave it out, or sign in the headers",
    cannot: "this cannot be signed",
    notSet: (field: string, variable: string) =>
      `${field}: is required, and ${variable} is not set`,
    halfGiven: (field: string) =>
      `${field}: is required where the request holds a part of the keys`,
    notJson: "stdin is not JSON",
    notObject: "stdin must hold one JSON object",
    notAField: (name: string, known: ReadonlyArray<string>) =>
      `${JSON.stringify(name)} is not a field; allowed: ${known.join(", ")}`,
    required: (name: string) => `${name}: is required`,
    wrongType: (name: string) => `${name}: has the wrong type`,
    notARequest: "stdin does not hold a request",
    notADate: (text: string) =>
      `date: ${JSON.stringify(text)} is not a date; allowed: 2025-08-05T14:49:38Z or 20250805T144938Z`,
  },
  simulator: {
    portInUse: (port: number) =>
      `port ${port} is in use: end the program that has it, or take another port`,
    notStarted: (why: string) => `the simulator could not start: ${why}`,
  },
  serve: {
    orSimulate: "or serve without an account:",
  },
}
