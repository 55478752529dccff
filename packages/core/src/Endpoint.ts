/** The address under which a provider is called: the vendor's own, a relay's, or a simulator's. */
import { Effect } from "effect"
import { InvalidInput } from "./Reason.ts"

/**
 * Reads a base address. Fails with `InvalidInput` at `/baseUrl` where it is none, or holds what a base
 * address must not: a user, a password, a query, a fragment. What was given is not shown, since it may
 * hold a secret.
 *
 * @param example an address that could stand there, for the message
 */
export const parse = (baseUrl: string, example: string): Effect.Effect<URL, InvalidInput> => {
  const url = URL.parse(baseUrl)
  const plain =
    url !== null &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.username === "" &&
    url.password === "" &&
    url.search === "" &&
    url.hash === ""
  return plain
    ? Effect.succeed(url)
    : Effect.fail(
        new InvalidInput({
          issues: [
            {
              path: "/baseUrl",
              message: "is not an address that can be called",
              allowed: `http(s)://host[:port][/path], such as ${example}`,
            },
          ],
        }),
      )
}
