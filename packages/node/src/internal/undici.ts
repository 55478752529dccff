/**
 * The real undici, by its file. Under the bare name Bun gives a substitute of its own, which has no
 * `dispatch`, and so could not say whether a request left.
 */
export {
  Agent,
  buildConnector,
  Client,
  type Dispatcher,
  EnvHttpProxyAgent,
  Pool,
} from "undici/index.js"
