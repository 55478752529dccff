/** A receiver of callbacks believes what was signed with the key of the task, and nobody else. */
import { Callback } from "@zoetrope/vidu"
import { Effect, Redacted } from "effect"

const apiKey = Redacted.make("vda_example")
const now = new Date("2026-11-20T12:00:00Z")

const receive = (signedWith: Redacted.Redacted) =>
  Effect.gen(function* () {
    const url = "https://example.com/hook?order=4711"
    const headers = yield* Callback.sign({ apiKey: signedWith, url, date: now, nonce: "n1" })
    return yield* Callback.verify(
      apiKey,
      {
        method: "POST",
        path: "/hook",
        query: "order=4711",
        headers,
        body: new TextEncoder().encode(
          '{"id":"913264715013185536","state":"success","creations":[]}',
        ),
      },
      now,
      300,
    )
  })

const genuine = await Effect.runPromise(receive(apiKey))
if (genuine._tag === "Refused") throw new Error(`a genuine callback was refused: ${genuine.why}`)
const forged = await Effect.runPromise(receive(Redacted.make("vda_somebody")))
if (forged._tag !== "Refused") throw new Error("a forged callback was believed")

// @ts-expect-error a key in the clear is not taken
void (() => Callback.sign({ apiKey: "vda_example", url: "", date: now, nonce: "" }))
