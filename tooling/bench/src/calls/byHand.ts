/**
 * Baselines: what a person writes with undici and node:crypto for these two calls. It signs, it closes
 * the socket of a submit, it looks at the code. It checks no input, tells no failure from another, has
 * no limit of calls, no timeout of its own, and knows no other model.
 *
 * `reset` closes a submit's socket afterwards, but may send it on an idle one, which dies with a server
 * that closes it in that moment: nobody knows then whether there is a task to pay. A careful person
 * gives each submit a client of its own.
 */
import { Agent, Client, request } from "undici"
import { createHash, createHmac } from "node:crypto"
import { type Contender, key, picture, prompt, reqKey, taskId, version } from "./load.ts"

interface Answer {
  readonly code: number
  readonly data: { readonly task_id?: string; readonly status?: string } | null
}

export const byHand = (
  url: string,
  { careful }: { readonly careful: boolean } = { careful: false },
): Contender => {
  const { host } = new URL(url)
  const dispatcher = new Agent({ connections: 64, pipelining: 1 })

  const call = async (
    action: string,
    content: object,
    { own, reset }: { readonly reset: boolean; readonly own?: Client },
  ): Promise<Answer> => {
    const query = `Action=${action}&Version=${version}`
    const body = JSON.stringify(content)
    const answer = await request(`${url}/?${query}`, {
      method: "POST",
      headers: signed(host, query, body),
      body,
      dispatcher: own ?? dispatcher,
      reset,
    })
    const read = (await answer.body.json()) as Answer
    if (read.code !== 10000) throw new Error(`the service answered ${read.code}`)
    return read
  }

  const submit = async (content: object): Promise<string> => {
    const own = careful ? new Client(url, { allowH2: false }) : undefined
    const options = own === undefined ? { reset: true } : { reset: true, own }
    const { data } = await call("CVSync2AsyncSubmitTask", content, options)
    void own?.close()
    return data?.task_id ?? ""
  }

  return {
    poll: async () => {
      const content = { req_key: reqKey, task_id: taskId }
      const { data } = await call("CVSync2AsyncGetResult", content, { reset: false })
      return data?.status ?? ""
    },
    submit: () => submit({ req_key: reqKey, prompt }),
    submitPicture: () => {
      const binary = [Buffer.from(picture).toString("base64")]
      return submit({ req_key: reqKey, prompt, binary_data_base64: binary })
    },
    close: () => dispatcher.close(),
  }
}

const signed = (host: string, query: string, body: string): Record<string, string> => {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d{3}/g, "")
  const day = date.slice(0, 8)
  const bodyHash = sha256(body)
  const names = "content-type;host;x-content-sha256;x-date"
  const canonical = `POST\n/\n${query}\ncontent-type:application/json\nhost:${host}\nx-content-sha256:${bodyHash}\nx-date:${date}\n\n${names}\n${bodyHash}`
  const scope = `${day}/cn-north-1/cv/request`
  const signingKey = scope
    .split("/")
    .reduce((from: string | Buffer, part) => hmac(from, part).digest(), key.secretAccessKey)
  const text = `HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`
  const signature = hmac(signingKey, text).digest("hex")
  return {
    "content-type": "application/json",
    "x-date": date,
    "x-content-sha256": bodyHash,
    authorization: `HMAC-SHA256 Credential=${key.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex")
const hmac = (from: string | Buffer, text: string) => createHmac("sha256", from).update(text)
