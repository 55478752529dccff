/** What a person is told when a server has started: where it is, and what can be typed next. Pure. */
import type { DataDirectory } from "./DataDirectory.ts"
import { marked, type Style } from "./Output.ts"
import { shellWord } from "./Text.ts"

export interface Ready {
  readonly url: string
  readonly directory: Pick<DataDirectory, "path" | "command">
  /** Whether every request needs a key. */
  readonly hasKeys: boolean
  readonly isSimulated: boolean
  /** A create; absent where there is no model at all. */
  readonly example:
    | { readonly model: string; readonly input: Readonly<Record<string, unknown>> }
    | undefined
}

export const readyText = (ready: Ready, { columns, paint }: Style): string => {
  const { directory, hasKeys, isSimulated, url } = ready
  const say = (text: string) => marked(paint("green", "✓"), text, columns)
  const title = (text: string) => paint("bold", text)
  // In one piece, to be copied whole.
  const command = (text: string) => `  ${paint("cyan", text)}`
  return [
    say(`listening on ${url}${isSimulated ? ", with simulated providers: nothing is paid" : ""}`),
    `  page       ${url}/docs`,
    `  document   ${url}/openapi.json`,
    `  data       ${directory.path}`,
    "",
    title(
      hasKeys
        ? "Keys: every request needs one; to make another"
        : "Keys: none, so it answers this machine alone; to make one",
    ),
    command(directory.command("keys", "make", "--owner", "NAME")),
    "",
    title("Ask for a video, watch, and fetch it"),
    ...curlLines(ready).map(command),
    "",
    title("The command line, on this server"),
    command(`export ZOETROPE_SERVER=${url}${hasKeys ? " ZOETROPE_SERVER_KEY=…" : ""}`),
    ...(isSimulated
      ? ["", title("The openai package, as it is"), ...openaiLines(ready).map(command)]
      : []),
    "",
    "  Ctrl-C ends it",
  ].join("\n")
}

/** For a shell. What stands in an argument can be read by everybody on the machine, so a key does not. */
export const curlLines = ({ example, hasKeys, url }: Ready): ReadonlyArray<string> => {
  const key = `printf 'Authorization: Bearer %s' "$ZOETROPE_SERVER_KEY"`
  const curl = hasKeys ? `${key} | curl -H @-` : "curl"
  const generations = `${url}/api/v1/generations`
  return [
    ...(example === undefined
      ? []
      : [
          `${curl} ${generations} -H 'content-type: application/json' -H 'idempotency-key: my-first' -d ${shellWord(JSON.stringify({ model: example.model, input: example.input }))}`,
        ]),
    `${curl} -N ${url}/api/v1/events`,
    `${curl} -OJ ${generations}/ID/content`,
  ]
}

/** For Node. */
export const openaiLines = ({ example, hasKeys, url }: Ready): ReadonlyArray<string> => {
  const prompt = example?.input["prompt"]
  const key = hasKeys ? "process.env.ZOETROPE_SERVER_KEY" : '"none"'
  return [
    `const client = new OpenAI({ baseURL: "${url}/v1", apiKey: ${key} })`,
    `const video = await client.videos.create(${JSON.stringify({ model: example?.model, prompt })})`,
    `const file = await client.videos.downloadContent(video.id) // once its status is "completed"`,
  ]
}
