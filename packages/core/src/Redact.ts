/**
 * Words of a provider on their way into errors and logs. Owns what is taken out of them; no text of a
 * vendor is shown that has not passed here.
 */
import { Redacted } from "effect"

const longestMessage = 500

/**
 * A cleaner for one account: without its secrets, should a vendor ever quote them, without the query of
 * an address, which may be a signature, and not without end (500 characters).
 */
export const redactor = (
  secrets: ReadonlyArray<Redacted.Redacted | undefined>,
): ((text: string) => string) => {
  const values = secrets
    .flatMap((secret) => (secret === undefined ? [] : [Redacted.value(secret)]))
    .filter((value) => value !== "")
  return (text) => {
    const clean = values
      .reduce((rest, value) => rest.replaceAll(value, "<redacted>"), text)
      // An answer may have megabytes: no more is searched for addresses than can be shown.
      .slice(0, 4 * longestMessage)
      .replace(/(https?:\/\/[^\s"'?]+)\?[^\s"']*/gi, "$1?<redacted>")
    return clean.length > longestMessage ? `${clean.slice(0, longestMessage)}…` : clean
  }
}
