/** Secret keys, tokens and signed queries stay where they are used. */
import type { Provider } from "@zoetrope/core/Provider"
import * as Task from "@zoetrope/core/Task"
import type { TaskError } from "@zoetrope/core/TaskError"
import type { Account } from "@zoetrope/simulator"
import { Effect } from "effect"
import { accept, type Bench, impatient, submit, ungated, wrongSecret } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { overhear, shown } from "../internal/overheard.ts"
import type { Subject } from "../Subject.ts"
import type { Script } from "../Wire.ts"
import * as Wire from "../Wire.ts"

export const noSecrets: Check = {
  name: "no secret leaves in errors, handles, events, logs or traces",
  why: "What a program prints is pasted into chats and tickets; a key in it pays for other people's videos.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const { own } = bench.accounts
    const wrong = wrongSecret(own)
    const heard = overhear()
    const told: Array<readonly [where: string, what: string]> = []
    const note: Note = (where, value) => void told.push([where, shown(value)])

    const customers: ReadonlyArray<Customer> = [
      { account: own, provider: bench.provider },
      { account: wrong, provider: yield* bench.make({ account: wrong }) },
      { account: own, provider: yield* bench.make({ baseUrl: yield* Wire.closedAddress }) },
    ]
    yield* heard.in(
      Effect.andThen(
        Effect.forEach(customers, (customer) => callsOf(bench, customer, note)),
        wholeRun(bench, note),
      ),
    )
    for (const text of heard.texts()) told.push(["the log or a trace", text])

    const secrets = [
      ...secretsOf(bench.subject, own),
      ...secretsOf(bench.subject, wrong),
      ["the signed query of a link", signature] as const,
      ...bench.wire.seen.flatMap(credentialsIn),
    ]
    const leaks = told.flatMap(([where, what]) =>
      secrets
        .filter(([, secret]) => what.includes(secret))
        .map(([name]) => `${where} holds ${name}`),
    )
    return [...new Set(leaks)]
  }),
}

type Note = (where: string, value: unknown) => void

interface Customer {
  readonly account: Account
  readonly provider: Provider
}

/** The query of a link that a vendor's message may quote. */
const signature = "c2lnbmF0dXJlLW9mLWEtbGluay0wMDAwMDE"
const signedLink = `https://files.example.com/video.mp4?X-Expires=1&X-Signature=${signature}`

/** Every kind of call, met by every kind of trouble that might make somebody talk. */
const callsOf = Effect.fnUntraced(function* (
  bench: Bench,
  { account, provider }: Customer,
  note: Note,
) {
  const ref = { ...(yield* accept(bench)), key: provider.key }
  note("the handle", ref)
  note("the provider value", provider)
  note("the health", yield* provider.check)
  const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, TaskError>]> = [
    ["a submit", submit(provider, bench.starts[0])],
    ["a poll", provider.poll(ref)],
    ...(provider.cancel === undefined ? [] : [["a cancel", provider.cancel(ref)] as const]),
    ...(provider.credits === undefined ? [] : [["credits", provider.credits] as const]),
  ]
  const quoted = [...secretsOf(bench.subject, account).map(([, secret]) => secret), signedLink]
  const troubles = [undefined, "400", "401", "503"]
  const scripts = [talkative(quoted.join(" ")), htmlThatTalks(quoted.join("<br>")), brokenOff]
  for (const [name, call] of calls) {
    for (const trouble of troubles) {
      for (const script of scripts) {
        const before = bench.wire.seen.length
        if (trouble !== undefined) bench.simulator.faults.add(`any:${trouble}`)
        bench.wire.next(script)
        note(`the outcome of ${name}`, yield* Effect.exit(call))
        bench.simulator.faults.clear()
        if (bench.wire.seen.length === before) bench.wire.clear()
      }
    }
  }
})

const wholeRun = Effect.fnUntraced(function* (bench: Bench, note: Note) {
  const [{ input, model }] = bench.starts
  const run = Task.run(bench.provider, model, input, {
    ...impatient,
    deadlineSeconds: 0,
    onState: (event) => note(`the event ${event._tag}`, event),
  })
  note("the outcome of a run", yield* Effect.exit(ungated(run)))
})

/** Puts a text into whatever is meant for people in the service's own answer. */
const talkative =
  (quoted: string): Script =>
  async (service) => {
    const reply = await service()
    try {
      const body: unknown = JSON.parse(reply.body, (name, value: unknown) =>
        typeof value === "string" && /^(message|msg|err_?msg|detail|description)$/i.test(name)
          ? `${value} ${quoted}`
          : value,
      )
      return { ...reply, body: JSON.stringify(body) }
    } catch {
      return { ...reply, body: `${reply.body} ${quoted}` }
    }
  }

const htmlThatTalks =
  (quoted: string): Script =>
  () =>
    Promise.resolve({
      status: 502,
      headers: { "content-type": "text/html" },
      body: `<html><body>${quoted}</body></html>`,
    })

const brokenOff: Script = async (service) => {
  await service()
  return "reset"
}

type Secret = readonly [name: string, secret: string]

/** What an account must not show. */
const secretsOf = (subject: Subject, account: Account): ReadonlyArray<Secret> => [
  ["the secret key", account.secret],
  ...(account.sessionToken === undefined
    ? []
    : [["the session token", account.sessionToken] as const]),
  ...(subject.secrets?.(account) ?? []).map(
    (secret) => ["a secret of the subject", secret] as const,
  ),
]

/** What authenticated a request, as it was sent. */
const credentialsIn = ({ headers }: Wire.Seen): ReadonlyArray<Secret> =>
  Object.entries(headers)
    .filter(([name]) => /^authorization$|cookie|token|secret|api-?key/.test(name))
    .map(([name, value]) => [`the header ${name}`, value])
