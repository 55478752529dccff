/** What a signature costs, beside Volcengine's own SDK for JavaScript and beside the hashes alone. */
import { sign, type Signed } from "@zoetrope/volc-signer"
import { createHmac, hash } from "node:crypto"
import { createRequire } from "node:module"

const { default: Signer } = createRequire(import.meta.url)(
  "@volcengine/openapi/lib/base/sign",
) as typeof import("@volcengine/openapi/lib/base/sign.js")

interface Load {
  readonly name: string
  readonly action: string
  readonly body: string
  /** In a round. The machine may do something else in one, so there are many. */
  readonly turns: number
  /** Turns that the compiler is given first. */
  readonly warmUp: number
  /** Signatures in a turn; the SDK takes so long that fewer are enough. */
  readonly ours: number
  readonly theirs: number
}

const loads: ReadonlyArray<Load> = [
  {
    name: "a poll",
    action: "CVSync2AsyncGetResult",
    body: JSON.stringify({ req_key: "jimeng_ti2v_v30_pro", task_id: "7491596536074305586" }),
    turns: 200,
    warmUp: 200,
    ours: 200,
    theirs: 5,
  },
  {
    name: "a submit of 6.3 MB",
    action: "CVSync2AsyncSubmitTask",
    // A picture of 4.7 MB, the largest that the model takes, in base64.
    body: JSON.stringify({
      req_key: "jimeng_ti2v_v30_pro",
      binary_data_base64: ["A".repeat(6_300_000)],
    }),
    turns: 10,
    warmUp: 2,
    ours: 1,
    theirs: 1,
  },
]

const key = { accessKeyId: "AKLTexample", secretAccessKey: "c2VjcmV0LW9mLWFuLWV4YW1wbGU=" }
const scope = { region: "cn-north-1", service: "cv" }
const host = "visual.volcengineapi.com"
const headers = { "Content-Type": "application/json" }

const ours = ({ action, body }: Load, date: Date): Signed =>
  sign(
    { method: "POST", query: { Action: action, Version: "2022-08-31" }, host, headers, body },
    { ...key, ...scope, date },
  )

const theirs = ({ action, body }: Load, date: Date): void => {
  const request = {
    region: scope.region,
    method: "POST",
    pathname: "/",
    params: { Action: action, Version: "2022-08-31" },
    headers: { ...headers, Host: host },
    body,
  }
  new Signer(request, scope.service).addAuthorization(
    { accessKeyId: key.accessKeyId, secretKey: key.secretAccessKey },
    date,
  )
}

/** What no signer can do without: the body, the canonical request and the string to sign, hashed. */
const bareHashes = ({ body }: Load, { canonicalRequest, stringToSign }: Signed): void => {
  hash("sha256", body)
  hash("sha256", canonicalRequest)
  createHmac("sha256", signingKey).update(stringToSign).digest("hex")
}

const signingKey = Buffer.alloc(32, "k")

export const signing = async (rounds: number): Promise<void> => {
  console.log(
    `signing: in one process, in turns; medians of ${rounds} rounds, and of the ratios in each. A signature is made at once, so what it takes is how long the event loop stands still\n`,
  )
  console.log(
    `${"".padEnd(22)}${"zoetrope".padStart(12)}${"bare hashes".padStart(13)}${"the SDK".padStart(12)}${"to bare".padStart(9)}${"SDK to us".padStart(11)}`,
  )
  for (const load of loads) {
    const date = new Date()
    const signed = ours(load, date)
    const measured: Array<readonly [ours: number, bare: number, theirs: number]> = []
    for (let turn = 0; turn < load.warmUp + rounds * load.turns; turn++) {
      const one = [
        timed(load.ours, () => ours(load, date)),
        timed(load.ours, () => bareHashes(load, signed)),
        timed(load.theirs, () => theirs(load, date)),
      ] as const
      if (turn >= load.warmUp) measured.push(one)
    }
    const column = (of: (one: (typeof measured)[number]) => number) => median(measured.map(of))
    console.log(
      `${load.name.padEnd(22)}${shown(column(([us]) => us)).padStart(12)}${shown(column(([, bare]) => bare)).padStart(13)}${shown(column(([, , sdk]) => sdk)).padStart(12)}${column(
        ([us, bare]) => us / bare,
      )
        .toFixed(2)
        .padStart(9)}${column(([us, , sdk]) => sdk / us)
        .toFixed(1)
        .padStart(11)}`,
    )
  }
}

/** Milliseconds for one. */
const timed = (times: number, work: () => unknown): number => {
  const startedAt = performance.now()
  for (let time = 0; time < times; time++) work()
  return (performance.now() - startedAt) / times
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const shown = (millis: number): string =>
  millis < 1 ? `${(millis * 1000).toFixed(2)} µs` : `${millis.toFixed(2)} ms`
