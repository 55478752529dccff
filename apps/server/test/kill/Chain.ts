/** A create, from the first time that it left until its client knew what became of it. */
export interface Chain {
  readonly contract: "videos" | "api"
  /** In the prompt; shared by those that ask for the same on purpose. */
  readonly words: string
  /** How the provider is to end it. */
  readonly end: "video" | "failure"
  /** When the create left, the first time and again, until it was answered. In milliseconds since 1970. */
  readonly sends: Array<number>
  /** The ids that its client was told, one for each answer to the create; none where it gave up. */
  readonly ids: Array<string>
  /** Why its client asks no more without an id: `unreached`, or what it was told. */
  gaveUp?: string
  /** How its client saw it last, in the words of the contract; or the status of an error. */
  status?: string
  /** SHA-256 of what its client downloaded. */
  sha256?: string
}
