/** Secret keys, tokens and signed queries stay where they are used. */
import * as Task from "@zoetrope/core/Task"
import type { TaskError } from "@zoetrope/core/TaskError"
import * as TaskRef from "@zoetrope/core/TaskRef"
import { Effect } from "effect"
import { accept, type Bench, impatient, submit, ungated } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { overhear, shown } from "../overheard.ts"
import type { Reply, Script, Seen } from "../Wire.ts"
import * as Wire from "../Wire.ts"

export const noSecrets: Check = {
  name: "no secret leaves in errors, handles, events, logs or traces",
  why: "What a program prints is pasted into chats and tickets; a key in it pays for other people's videos.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const heard = overhear()
    const told: Array<readonly [where: string, what: string]> = []
    const note = (where: string, value: unknown) => void told.push([where, shown(value)])

    yield* heard.in(tour(bench, note))
    for (const text of heard.texts()) told.push(["the log or a trace", text])

    const secrets = secretsOf(bench)
    const leaks = new Set<string>()
    for (const [where, what] of told) {
      for (const [name, secret] of secrets)
        if (what.includes(secret)) leaks.add(`${where} holds ${name}`)
    }
    return [...leaks]
  }),
}

/** The query of a link that an error message may quote. */
const signature = "c2lnbmF0dXJlLW9mLWEtbGluay0wMDAwMDE"
const signedLink = `https://files.example.com/video.mp4?X-Expires=1&X-Signature=${signature}`

/** Every kind of call, met by every kind of trouble that might make somebody talk. */
const tour = Effect.fnUntraced(function* (
  bench: Bench,
  note: (where: string, value: unknown) => void,
) {
  const { own } = bench.accounts
  const wrong = yield* bench.make({ account: { ...own, secret: `${own.secret.slice(0, -4)}AAA=` } })
  const nowhere = yield* bench.make({ baseUrl: yield* Wire.closedAddress })
  const ref = yield* accept(bench)
  note("the handle", TaskRef.toHandle(ref))
  note("the handle", atob(TaskRef.toHandle(ref).slice(4).replaceAll("-", "+").replaceAll("_", "/")))
  note("the provider value", bench.provider)

  for (const provider of [bench.provider, wrong, nowhere]) {
    const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, TaskError>]> = [
      ["a submit", submit(provider, bench.starts[0])],
      ["a poll", provider.poll({ ...ref, key: provider.key })],
      ...(provider.cancel === undefined
        ? []
        : [["a cancel", provider.cancel({ ...ref, key: provider.key })] as const]),
      ...(provider.credits === undefined ? [] : [["credits", provider.credits] as const]),
    ]
    for (const [name, call] of calls) {
      for (const script of [undefined, talkative(bench), brokenOff, htmlThatTalks(bench)]) {
        if (script !== undefined && provider !== nowhere) bench.wire.next(script)
        note(`the outcome of ${name}`, yield* Effect.exit(call))
      }
    }
    note("the health", yield* provider.check)
  }
  for (const fault of ["400", "401", "503"]) {
    bench.simulator.faults.add(`any:${fault}:n=2`)
    bench.wire.next(talkative(bench), talkative(bench))
    note(
      "the error of a refused submit",
      yield* Effect.exit(submit(bench.provider, bench.starts[0])),
    )
    note("the error of a refused poll", yield* Effect.exit(bench.provider.poll(ref)))
    bench.simulator.faults.clear()
  }
  const [{ input, model }] = bench.starts
  yield* Effect.exit(
    ungated(
      Task.run(bench.provider, model, input, {
        ...impatient,
        deadlineSeconds: 0,
        onState: (event) => note(`the event ${event._tag}`, event),
      }),
    ),
  )
})

/** Puts all that it was sent, and a signed link, into whatever is meant for people. */
const talkative =
  (bench: Bench): Script =>
  async (service) => {
    const reply = await service()
    const quoted = `${[...secretsOf(bench).values()].join(" ")} ${signedLink}`
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

const brokenOff: Script = async (service) => {
  await service()
  return "reset"
}

const htmlThatTalks =
  (bench: Bench): Script =>
  async (): Promise<Reply> => ({
    status: 502,
    headers: { "content-type": "text/html" },
    body: `<html><body>${[...secretsOf(bench).values()].join("<br>")}${signedLink}</body></html>`,
  })

/** By what they are called in a complaint. */
const secretsOf = ({ accounts, subject, wire }: Bench): ReadonlyMap<string, string> => {
  const { own } = accounts
  const named: ReadonlyArray<readonly [string, string | undefined]> = [
    ["the secret key", own.secret],
    ["the session token", own.sessionToken],
    ["the signed query of a link", signature],
    ...(subject.secrets?.(own) ?? []).map((secret) => ["a secret of the subject", secret] as const),
    ...wire.seen.flatMap(credentialsIn),
  ]
  return new Map(named.flatMap(([name, secret]) => (secret ? [[name, secret] as const] : [])))
}

/** What authenticated a request, as it was sent. */
const credentialsIn = ({ headers }: Seen): ReadonlyArray<readonly [string, string]> =>
  Object.entries(headers)
    .filter(([name]) => /^authorization$|cookie|token|secret|api-?key/.test(name))
    .map(([name, value]) => [`the header ${name}`, value])
