/** What the outcome of a submit proves: the rows of `core/Submit`, each at the wire. */
import type { OutcomeUnknown } from "@zoetrope/core/Reason"
import { Clock, Effect, Result } from "effect"
import { requestOf, submit } from "../Bench.ts"
import type { Check } from "../Check.ts"
import { words } from "../internal/outcome.ts"
import { sendInto } from "../internal/submits.ts"
import * as Wire from "../Wire.ts"

export const nothingSent: Check = {
  name: "a submit of which nothing was sent may be repeated, and only that is called so",
  why: "Only proof that not one byte left allows a second submit without asking anybody.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    const unreachable = yield* Wire.closedAddress
    // Plain HTTP where TLS is expected: the handshake fails before the request is written.
    const addresses = [
      ["nobody listens", unreachable],
      ["TLS fails", bench.simulator.url.replace("http:", "https:")],
    ] as const
    for (const [what, baseUrl] of addresses) {
      const provider = yield* bench.make({ baseUrl })
      const outcome = yield* Effect.result(submit(provider, bench.starts[0]))
      const proven = Result.isFailure(outcome) && outcome.failure.reason._tag === "NothingSent"
      if (!proven || outcome.failure.verdict !== "repeat") {
        complaints.push(`${what}: ${words(outcome)}; wanted NothingSent, verdict repeat`)
      }
    }
    const reset = yield* sendInto(bench, [{ fault: "reset-before", gives: ["ask"], accepts: 0 }])
    return [...complaints, ...reset]
  }),
}

export const lostConnection: Check = {
  name: "a submit whose connection dies is undecided",
  why: "The service may have accepted the task before the connection died: sent again, it is paid twice.",
  money: true,
  run: (bench) =>
    sendInto(bench, [
      { fault: "reset-before", gives: ["ask"], accepts: 0 },
      { fault: "lost-answer", gives: ["ask"], accepts: 1 },
      { fault: "truncate@0.5", gives: ["ask"], accepts: 1 },
    ]),
}

export const gatewayOutage: Check = {
  name: "a submit that meets an outage is undecided",
  why: "A bare 5xx comes from something in between that cannot know whether the service got the task.",
  money: true,
  run: (bench) =>
    sendInto(
      bench,
      [500, 502, 503, 504].flatMap((status) => [
        { fault: `${status}:body=empty`, gives: ["ask"], accepts: 0 } as const,
        { fault: `${status}:body=html`, gives: ["ask"], accepts: 0 } as const,
        { fault: `${status}:body=html:when=after`, gives: ["ask"], accepts: 1 } as const,
      ]),
    ),
}

export const unreadable: Check = {
  name: "a submit whose answer cannot be read is undecided",
  why: "An answer that names no task does not prove that there is none.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const small = yield* sendInto(bench, [
      { fault: "html", gives: ["ask"], accepts: 0 },
      { fault: "html:when=after", gives: ["ask"], accepts: 1 },
      { fault: "403:body=html", gives: ["ask"], accepts: 0 },
      { fault: "404:body=empty:when=after", gives: ["ask"], accepts: 1 },
      { fault: "malformed", gives: ["ask"], accepts: 1 },
      { fault: "empty", gives: ["ask"], accepts: 1 },
      { fault: "no-task-id", gives: ["ask"], accepts: 1 },
      {
        name: "somebody else's JSON",
        fault: async () => ({
          status: 502,
          headers: { "content-type": "application/json" },
          body: '{"code":502,"message":"bad gateway","error":"upstream"}',
        }),
        gives: ["ask"],
        accepts: 0,
      },
    ])
    const huge = yield* sendInto(bench, [{ fault: "huge", gives: ["ask"], accepts: 1 }], {
      starts: [bench.starts[0]],
    })
    return [...small, ...huge]
  }),
}

export const slow: Check = {
  name: "a submit without an answer is undecided when its time is up",
  why: "A start that waits for ever is not recorded by anybody, and the task behind it is lost.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const provider = yield* bench.make({ timeoutSeconds: 0.3 })
    const startedAt = yield* Clock.currentTimeMillis
    const complaints = yield* sendInto(
      bench,
      [
        { fault: "delay=2s", gives: ["ask"], accepts: 1 },
        { fault: "slow=20", gives: ["ask"], accepts: 1 },
      ],
      { provider, starts: [bench.starts[0]] },
    )
    const seconds = ((yield* Clock.currentTimeMillis) - startedAt) / 1000
    return seconds < 4
      ? complaints
      : [...complaints, `two submits with 0.3 s each took ${seconds} s`]
  }),
}

export const refused: Check = {
  name: "a submit that was refused is not called undecided, nor repeated against the document",
  why: "Who is asked about every refusal soon pays again without looking; who repeats on his own word pays for what nobody asked.",
  money: true,
  run: (bench) =>
    sendInto(bench, [
      ...[400, 401, 403, 404].map((status) => ({
        fault: String(status),
        gives: ["stop"] as const,
        accepts: 0 as const,
      })),
      { fault: "429", gives: ["stop", "repeat"], accepts: 0 },
      { fault: "429:retry-after=2", gives: ["stop", "repeat"], accepts: 0 },
    ]),
}

export const acceptedWhatever: Check = {
  name: "an answer that names the new task is an accepted submit, whatever its status",
  why: "The id is the only way to a video that was just paid for.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      for (const status of [202, 409, 500, 503]) {
        bench.wire.next(async (service) => ({ ...(await service()), status }))
        const outcome = yield* Effect.result(submit(bench.provider, start))
        const id = bench.accepted().at(-1)?.id
        if (Result.isFailure(outcome) || outcome.success.ref.taskId !== id) {
          complaints.push(
            `${start.model.id}, HTTP ${status} with task ${id}: ${words(outcome)}; wanted accepted as task ${id}`,
          )
        }
      }
    }
    return complaints
  }),
}

export const whereToLook: Check = {
  name: "an undecided submit names the account, the model, the time, the input and where to look",
  why: "There is no handle; what a person needs to find the task must be in the error.",
  money: true,
  run: Effect.fnUntraced(function* (bench) {
    const complaints: Array<string> = []
    for (const start of bench.starts) {
      bench.simulator.faults.add("submit:lost-answer")
      const request = yield* requestOf(bench.provider, start)
      const sentAt = yield* Clock.currentTimeMillis
      const outcome = yield* Effect.result(bench.provider.submit(request))
      const reason = Result.isFailure(outcome) ? outcome.failure.reason : undefined
      if (reason?._tag !== "OutcomeUnknown") {
        complaints.push(`${start.model.id}: ${words(outcome)}; wanted OutcomeUnknown`)
        continue
      }
      const wanted: Partial<OutcomeUnknown> = {
        account: bench.provider.account,
        model: start.model.id,
        inputDigest: request.digest,
        ...(bench.provider.find === undefined ? {} : { key: request.key }),
      }
      for (const [name, value] of Object.entries(wanted)) {
        const given = reason[name as keyof OutcomeUnknown]
        if (given !== value) {
          complaints.push(`${start.model.id}: ${name} is ${String(given)}; wanted ${String(value)}`)
        }
      }
      if (!(Math.abs(Date.parse(reason.at) - sentAt) < 5000)) {
        complaints.push(`${start.model.id}: at is ${reason.at}, which is not when it was sent`)
      }
      if (reason.detail.trim() === "" || reason.look.trim() === "") {
        complaints.push(`${start.model.id}: says neither what happened nor where to look`)
      }
    }
    return complaints
  }),
}
