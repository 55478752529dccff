/**
 * Where this command keeps what it knows: which directory that is, or which server has it, and how a
 * command names it again. What lies in it, and that nobody else may read it, is the engine's.
 */
import { Option } from "effect"
import { Flag } from "effect/cli"
import { homedir } from "node:os"
import { isAbsolute, join, resolve } from "node:path"
import type { Environment } from "./ConfigFile.ts"
import { nonEmpty } from "../input/Flags.ts"
import { program } from "../program.ts"
import * as Server from "./Server.ts"
import { shellWord } from "../terminal/Text.ts"
import type { Words } from "../words/Words.ts"

export interface DataDirectory {
  /** Absolute; of a server its address. */
  readonly path: string
  /** Address of the server that has it in place of this machine. */
  readonly server?: string | undefined
  /** Where one of its files lies; empty for one that a server does not give out. */
  readonly pathOf: (file: { readonly path: string }) => string
  /** A command that works on this same directory, as it can be typed: `zoetrope wait ID`. */
  readonly command: (...words: ReadonlyArray<string>) => string
}

/** Where it is by the convention of the platform, the first one that there is. */
const usual: Readonly<Record<string, ReadonlyArray<string>>> = {
  darwin: ["~/Library/Application Support/zoetrope"],
  win32: ["%LOCALAPPDATA%\\zoetrope"],
}

const usualElsewhere = ["$XDG_DATA_HOME/zoetrope", "~/.local/share/zoetrope"]

export const flag = ({ help }: Words) =>
  Flag.String("data-dir").pipe(
    Flag.withMetavar("DIR"),
    Flag.withDescription(help.shared.dataDir(usual[process.platform] ?? usualElsewhere)),
    nonEmpty,
    Flag.optional,
  )

/** The flags of every command that works on generations. */
export const flags = (words: Words) => ({ dataDir: flag(words), server: Server.flag(words) })

/** The one of the flag, of the environment, or of the platform's convention. */
export const of = (given: Option.Option<string>): DataDirectory => {
  const path = resolve(Option.getOrElse(given, () => pathIn(process.env)))
  return {
    path,
    pathOf: (file) => join(path, ...file.path.split("/")),
    command: commandWith("--data-dir", given),
  }
}

/** The server, where one is named, or else the directory. */
export const at = (named: Server.Named): DataDirectory => {
  const server = Server.addressOf(named)?.replace(/\/+$/, "")
  if (server === undefined) return of(named.dataDir)
  return {
    path: server,
    server,
    pathOf: ({ path }) => (path === "" ? "" : `${server}/${path}`),
    command: commandWith("--server", named.server),
  }
}

/** Whatever stands in the environment will stand there again. */
const commandWith =
  (flagName: string, given: Option.Option<string>): DataDirectory["command"] =>
  (...words) =>
    [
      program,
      ...words.map(shellWord),
      ...(Option.isSome(given) ? [flagName, shellWord(given.value)] : []),
    ].join(" ")

/** Without a flag. */
export const pathIn = (
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string => {
  const own = environment["ZOETROPE_DATA_DIR"] ?? ""
  if (own !== "") return own
  if (platform === "darwin") return join(home, "Library", "Application Support", "zoetrope")
  if (platform === "win32") {
    return join(environment["LOCALAPPDATA"] || join(home, "AppData", "Local"), "zoetrope")
  }
  const data = environment["XDG_DATA_HOME"] ?? ""
  // The convention: a relative one is to be ignored.
  return join(isAbsolute(data) ? data : join(home, ".local", "share"), "zoetrope")
}
