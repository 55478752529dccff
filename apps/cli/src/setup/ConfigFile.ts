/**
 * The config file: where it lies, that nobody else may read it, what it holds. No message of this
 * module repeats a value of it.
 */
import { Effect, Result, Schema } from "effect"
import { constants } from "node:fs"
import { type FileHandle, open, stat } from "node:fs/promises"
import { BadInput } from "../BadInput.ts"
import { type Environment, pathIn } from "./ConfigPath.ts"
import { verbatim } from "../words/Words.ts"

export { type Environment, pathIn } from "./ConfigPath.ts"

export interface Contents {
  /** Sets of variables by the name of their account. */
  readonly accounts: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Names of packages that bring further providers. */
  readonly providers: ReadonlyArray<string>
}

/** What the file holds; nothing where there is no file. Refuses one that others may read or change. */
export const read = Effect.fn("ConfigFile.read")(function* (environment: Environment) {
  const path = pathIn(environment)
  const text = yield* readPrivate(path, (environment["ZOETROPE_CONFIG"] ?? "") !== "")
  return text === undefined ? nothing : yield* parse(path, text)
})

const nothing: Contents = { accounts: {}, providers: [] }

/** What the permissions of a file or directory are; `undefined` where there is none. */
export const permissionsOf = (
  path: string,
): Effect.Effect<{ readonly mode: number; readonly private: boolean } | undefined> =>
  Effect.promise(async () => {
    try {
      const { mode } = await stat(path)
      return { mode: mode & 0o777, private: isPrivate(mode) }
    } catch {
      return undefined
    }
  })

const isPrivate = (mode: number): boolean => process.platform === "win32" || (mode & 0o077) === 0

/** The file's text, if nobody else can read or change it; `undefined` where there is none and none was asked for. */
const readPrivate = Effect.fnUntraced(function* (path: string, asked: boolean) {
  // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
  const opened = yield* Effect.result(
    attempt(() => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))),
  )
  if (Result.isFailure(opened)) {
    const code = opened.failure
    if (!asked && (code === "ENOENT" || code === "ENOTDIR")) return undefined
    return yield* unreadable(path, code)
  }
  const file = opened.success
  return yield* readOpened(path, file).pipe(Effect.ensuring(Effect.promise(() => file.close())))
})

/** Judges the file that is open, so that a path that is exchanged meanwhile gains nothing. */
const readOpened = Effect.fnUntraced(function* (path: string, file: FileHandle) {
  const failed = (code: string) => unreadable(path, code)
  const stats = yield* attempt(() => file.stat()).pipe(Effect.mapError(failed))
  if (!stats.isFile() || stats.size > maxConfigBytes) {
    return yield* new BadInput({ say: ({ refusals }) => refusals.config.notSmall(path) })
  }
  if (!isPrivate(stats.mode)) {
    const mode = (stats.mode & 0o777).toString(8)
    return yield* new BadInput({
      say: ({ refusals }) => refusals.config.notPrivate(path, mode),
      next: [verbatim(`\`chmod 600 ${path}\``)],
    })
  }
  return yield* attempt(() => file.readFile("utf8")).pipe(Effect.mapError(failed))
})

const unreadable = (path: string, code: string) =>
  new BadInput({ say: ({ refusals }) => refusals.config.unreadable(path, code) })

/** Fails with the code of the operating system. */
const attempt = <A>(run: () => Promise<A>): Effect.Effect<A, string> =>
  Effect.tryPromise({
    try: run,
    catch: (cause) => (cause as NodeJS.ErrnoException).code ?? "unknown",
  })

const maxConfigBytes = 1_000_000

const ConfigFile = Schema.Struct({
  accounts: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Record(Schema.String, Schema.String)),
  ),
  providers: Schema.optionalKey(Schema.Array(Schema.String)),
})

const form = '{"accounts": {"NAME": {"VARIABLE": "value"}}, "providers": ["PACKAGE"]}'

const parse = (path: string, text: string) =>
  Effect.gen(function* () {
    // The parser's own message would quote the file.
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(text),
      catch: () => new BadInput({ say: ({ refusals }) => refusals.config.notJson(path) }),
    })
    const file = yield* Schema.decodeUnknownEffect(ConfigFile)(json, {
      onExcessProperty: "error",
    }).pipe(
      Effect.mapError(
        () => new BadInput({ say: ({ refusals }) => refusals.config.wrongForm(path, form) }),
      ),
    )
    const contents: Contents = { ...nothing, ...file }
    return contents
  })
