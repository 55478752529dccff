/** A customer of the simulated provider: the key pair that requests are judged by. */
export interface Account {
  /** The public key id. */
  readonly id: string
  readonly secret: string
  /** Accounts of one organisation share its limits, tasks and credits; default one of its own. */
  readonly organisation?: string
  /** Set where the pair is temporary: requests must then carry this token. */
  readonly sessionToken?: string
  /** The models activated for this account, by the provider's key; default all. */
  readonly models?: ReadonlyArray<string>
  /** Whether the account's policy forbids the whole service. */
  readonly denied?: boolean
}

/** The account that a simulator has when none is given. Opens nothing but simulators. */
export const demoAccount: Account = {
  id: "AKLTzoetropesimulator",
  secret: "em9ldHJvcGUtc2ltdWxhdG9yLXNlY3JldA==",
}
