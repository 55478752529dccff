/** A provider's name in all its forms. Owns which names there may be. */
import { Refusal } from "./Refusal.ts"

export interface Name {
  /** The provider's id, and the package's name after the scope: `acme-video`. */
  readonly id: string
  /** Before the names of its variables: `ACME_VIDEO`. */
  readonly constant: string
  /** For people, a first guess: `Acme Video`. */
  readonly title: string
}

const form = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Long enough for any vendor and its API family, short enough for a path. */
const maxLength = 40

/** Throws a `Refusal`. */
export const parse = (text: string): Name => {
  if (!form.test(text) || text.length > maxLength) {
    throw new Refusal(
      `the name ${JSON.stringify(text)} cannot be used; allowed: words of a-z and 0-9 joined by hyphens, from a letter on, at most ${maxLength} characters, such as acme-video`,
    )
  }
  const words = text.split("-")
  return {
    id: text,
    constant: text.toUpperCase().replaceAll("-", "_"),
    title: words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" "),
  }
}

/** What stands for the name in the templates. */
export const placeholder: Name = {
  id: "placeholder-name",
  constant: "PLACEHOLDER_NAME",
  title: "Placeholder Name",
}

/** Puts a name in the place of the placeholder. */
export const fill = (text: string, name: Name): string =>
  text
    .replaceAll(placeholder.id, name.id)
    .replaceAll(placeholder.constant, name.constant)
    .replaceAll(placeholder.title, name.title)
