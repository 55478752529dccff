/**
 * A text without what must not be in a log or a trace: keys of this server, whatever follows the name of
 * a scheme in an `Authorization`, and the query of any address, which may be a signature. Words of
 * providers were cleaned before (`@zoetrope/core/Redact`); this is the net beneath.
 */
export const cleaned = (text: string): string =>
  text
    .replace(/\bzk_[0-9a-f]{12}_[\w-]+/g, "zk_<redacted>")
    .replace(/\b(Bearer|Token|Basic) +[\w+/.=~-]{6,}/gi, "$1 <redacted>")
    .replace(/(https?:\/\/[^\s"'?\\]+)\?[^\s"'\\]+/gi, "$1?<redacted>")
