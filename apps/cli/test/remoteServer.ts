/** A whole server in this process, whose vendors are a simulator; and one thing between it and the command. */
import * as Transport from "@zoetrope/node/Transport"
import { start } from "@zoetrope/server"
import type { Simulator } from "@zoetrope/simulator"
import { demoAccount } from "@zoetrope/simulator"
import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { Effect, Exit, Logger, Scope } from "effect"
import { HttpClient } from "effect/http"
import { once } from "node:events"
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { vi } from "vitest"
import * as Accounts from "../src/setup/Accounts.ts"
import { cleanups } from "./support.ts"

export interface TestServer {
  readonly url: string
  /** As SIGTERM does. */
  readonly stop: () => Promise<void>
}

/** @param dataDir made if need be */
export const serverOf = async (
  simulator: Pick<Simulator, "url">,
  dataDir: string,
  port = 0,
): Promise<TestServer> => {
  const scope = await Effect.runPromise(Scope.make())
  const { url } = await Effect.gen(function* () {
    const http = yield* Effect.orDie(Transport.make())
    const opened = yield* Effect.forEach([VolcCv.plugin, Vidu.plugin], (vendor) =>
      Accounts.openAccount(vendor, {
        name: "studio",
        origin: "test",
        variables: variablesOf(simulator),
      }),
    ).pipe(Effect.provideService(HttpClient.HttpClient, http))
    const providers = opened.map(({ provider }) => provider)
    return yield* start({ providers, dataDir, port, allow: { loopback: true } })
  }).pipe(Scope.provide(scope), Effect.provide(Logger.layer([])), Effect.runPromise)
  let stopping: Promise<void> | undefined
  const stop = () => (stopping ??= Effect.runPromise(Scope.close(scope, Exit.void)))
  cleanups.push(stop)
  return { url, stop }
}

export const variablesOf = ({ url }: Pick<Simulator, "url">): Readonly<Record<string, string>> => ({
  VOLC_ACCESS_KEY_ID: demoAccount.id,
  VOLC_SECRET_ACCESS_KEY: demoAccount.secret,
  VOLC_BASE_URL: url,
  VIDU_API_KEY: demoAccount.secret,
  VIDU_BASE_URL: url,
})

/** From now on, commands work on this server, and know no account. */
export const useServer = (url: string): void => {
  for (const name of Object.keys(variablesOf({ url }))) vi.stubEnv(name, undefined)
  vi.stubEnv("ZOETROPE_SERVER", url)
}

export interface Passing {
  readonly asked: IncomingMessage
  /** The answer of the server; what is written here is what arrives. */
  readonly answer: IncomingMessage
  readonly back: ServerResponse
}

/**
 * Passes everything on, but for what a test takes in hand.
 *
 * @param take whether it does: then nothing is passed back by itself
 */
export const between = async (
  url: string,
  take: (passing: Passing) => boolean,
): Promise<{ readonly url: string; readonly asked: ReadonlyArray<IncomingMessage> }> => {
  const asked: Array<IncomingMessage> = []
  const proxy = createServer((incoming, back) => {
    asked.push(incoming)
    const { headers, method, url: path = "/" } = incoming
    const onward = request(new URL(path, url), {
      method,
      headers: { ...headers, host: new URL(url).host },
    })
    onward.on("error", () => back.destroy())
    onward.on("response", (answer) => {
      answer.on("error", () => back.destroy())
      if (take({ asked: incoming, answer, back })) return
      back.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(back)
    })
    back.on("close", () => onward.destroy())
    incoming.pipe(onward)
  })
  proxy.listen(0, "127.0.0.1")
  await once(proxy, "listening")
  cleanups.push(async () => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked }
}
