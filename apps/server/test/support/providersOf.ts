/** The vendors of these tests, at a simulator. */
import { withTiming } from "@zoetrope/core/Provider"
import * as Transport from "@zoetrope/node/Transport"
import { demoAccount, type Simulator } from "@zoetrope/simulator"
import * as Vidu from "@zoetrope/vidu"
import * as VolcCv from "@zoetrope/volc-cv"
import { ConfigProvider, Effect } from "effect"
import { HttpClient } from "effect/http"

/** An account of each vendor at the simulator, asked as often as no real one would be. */
export const providersOf = Effect.fnUntraced(function* (simulator: Pick<Simulator, "url">) {
  const accounts = ConfigProvider.fromEnvRecord({
    VOLC_ACCESS_KEY_ID: demoAccount.id,
    VOLC_SECRET_ACCESS_KEY: demoAccount.secret,
    VOLC_BASE_URL: simulator.url,
    VIDU_API_KEY: demoAccount.secret,
    VIDU_BASE_URL: simulator.url,
  })
  const http = yield* Transport.make()
  const opened = yield* Effect.forEach([VolcCv.plugin, Vidu.plugin], ({ open }) =>
    open("default"),
  ).pipe(
    Effect.provideService(ConfigProvider.ConfigProvider, accounts),
    Effect.provideService(HttpClient.HttpClient, http),
  )
  return opened.map((provider) => withTiming(provider, (timing) => ({ ...timing, ...quickTiming })))
}, Effect.orDie)

/** Seconds: what a simulator takes that runs 500 times as fast as life. */
const quickTiming = { usual: 0.2, poll: { floor: 0.05, ceiling: 0.1 } }
