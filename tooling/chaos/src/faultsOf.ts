import { chance } from "./chance.ts"

/** What goes wrong at the providers, each in the words of the simulator; `code=` is Volcengine's own. */
const kinds = [
  "submit:lost-answer:n=2",
  "submit:lost-answer:model=viduq3-turbo:n=2",
  "submit:reset-before:n=2",
  "submit:503",
  "submit:502:body=html:when=after",
  "submit:malformed",
  "submit:no-task-id",
  "submit:429:retry-after=1",
  "submit:delay=400ms:n=3",
  "submit:code=50430:model=jimeng_ti2v_v30_pro",
  "submit:code=50429:model=realman_change_lips",
  "poll:503:n=8",
  "poll:429:retry-after=1:n=4",
  "poll:malformed:n=3",
  "poll:lost-answer:n=4",
  "poll:reset-before:n=4",
  "poll:html:n=3",
  "poll:empty:n=2",
  "poll:code=50500:n=3:model=jimeng_ti2v_v30_pro",
  "poll:delay=500ms:n=5",
  "list:503",
  "list:malformed",
  "download:truncate@0.5:n=3",
  "download:reset-before:n=2",
  "download:dead-link:n=2",
  "download:503:n=2",
  "download:slow=20000",
] as const

/** Those that come before the kill of this number; a few each time, of every kind in the end. */
export const faultsOf = (seed: number, kill: number): ReadonlyArray<string> =>
  [kill * 3, kill * 3 + 1, kill * 3 + 2].flatMap((turn) => {
    const isDue = chance(seed, "fault", turn) < 0.8
    // In turn from a place by chance, so that a short run too meets most of them.
    const place = Math.floor(chance(seed, "faults") * kinds.length) + turn * 7
    const kind = kinds[place % kinds.length]
    return isDue && kind !== undefined ? [kind] : []
  })
