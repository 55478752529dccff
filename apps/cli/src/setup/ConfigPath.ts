/** Where the config file is looked for. Apart from the file, since the shortest commands only ask this. */
import { homedir } from "node:os"
import { join } from "node:path"

export type Environment = Readonly<Record<string, string | undefined>>

export const pathIn = (environment: Environment): string =>
  environment["ZOETROPE_CONFIG"] ||
  join(environment["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "zoetrope", "config.json")
