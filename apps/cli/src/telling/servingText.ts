/** What a person is told when a server has started: where it is, and what can be typed next. Pure. */
import type { DataDirectory } from "../setup/DataDirectory.ts"
import { marked, type Style } from "../terminal/Output.ts"
import { pad, shellWord } from "../terminal/Text.ts"
import type { Words } from "../words/Words.ts"

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

export const readyText = (ready: Ready, { columns, paint, words }: Style): string => {
  const { serve } = words
  const { directory, hasKeys, isSimulated, url } = ready
  const say = (text: string) => marked(paint("green", "✓"), text, columns)
  const title = (text: string) => paint("bold", text)
  // In one piece, to be copied whole.
  const command = (text: string) => `  ${paint("cyan", text)}`
  return [
    say(isSimulated ? serve.listeningSimulated(url) : serve.listening(url)),
    `  ${pad(serve.page, 9)}  ${url}/docs`,
    `  ${pad(serve.document, 9)}  ${url}/openapi.json`,
    `  ${pad(serve.data, 9)}  ${directory.path}`,
    "",
    title(hasKeys ? serve.keys : serve.noKeys),
    command(directory.command("keys", "make", "--owner", "NAME")),
    "",
    title(serve.ask),
    ...curlLines(ready).map(command),
    "",
    title(serve.commandLine),
    command(`export ZOETROPE_SERVER=${url}${hasKeys ? " ZOETROPE_SERVER_KEY=…" : ""}`),
    ...(isSimulated ? ["", title(serve.openai), ...openaiLines(ready, words).map(command)] : []),
    "",
    `  ${serve.ends}`,
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
export const openaiLines = (
  { example, hasKeys, url }: Ready,
  { serve }: Words,
): ReadonlyArray<string> => {
  const prompt = example?.input["prompt"]
  const key = hasKeys ? "process.env.ZOETROPE_SERVER_KEY" : '"none"'
  return [
    `const client = new OpenAI({ baseURL: "${url}/v1", apiKey: ${key} })`,
    `const video = await client.videos.create(${JSON.stringify({ model: example?.model, prompt })})`,
    `const file = await client.videos.downloadContent(video.id) // ${serve.onceCompleted}`,
  ]
}
