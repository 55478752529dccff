import type { Case } from "./Case.ts"
import type { Answer } from "./Contract.ts"
import type { Held, Subject } from "./Subject.ts"

/** The generations that were accepted, by the answers, and what must be in the store because of that. */
export class Rows {
  readonly #ids = new Set<string>()
  readonly #removed = new Set<string>()

  /** Its id. */
  add(created: unknown): string {
    const { id } = created as { readonly id: string }
    this.#ids.add(id)
    return id
  }

  note({ caller, method, operation, path }: Case, { body }: Answer): void {
    if (body === undefined || caller === "other") return
    if (method === "DELETE") {
      for (const id of this.#ids) if (path.includes(id)) this.#removed.add(id)
    } else if (method === "POST" && operation?.template.endsWith("s") === true) {
      const { id } = JSON.parse(body.toString()) as { readonly id?: string }
      if (id !== undefined) this.#ids.add(id)
    }
  }

  async faults(subject: Subject, held: Held): Promise<ReadonlyArray<string>> {
    const stored = new Set<string>()
    const files = new Set<string>()
    let next: string | null = ""
    while (next !== null) {
      const path = `/api/v1/generations?limit=200${next === "" ? "" : `&after=${encodeURIComponent(next)}`}`
      // oxlint-disable-next-line no-await-in-loop -- page by page
      const page = (await subject.ask(path)) as {
        readonly generations: ReadonlyArray<{ readonly id: string }>
        readonly next: string | null
      }
      for (const { id } of page.generations) {
        stored.add(id)
        // oxlint-disable-next-line no-await-in-loop
        const record = (await subject.ask(`/api/v1/generations/${id}`)) as {
          readonly files: ReadonlyArray<{ readonly sha256: string }>
        }
        for (const { sha256 } of record.files) files.add(sha256)
      }
      next = page.next
    }
    const expected = [...this.#ids].filter((id) => !this.#removed.has(id))
    // The file of one that was removed goes with the janitor, minutes later.
    const strays = held.inputs.filter(
      (path) => !files.has(path.replace(/^inputs.(..).(.+)$/, "$1$2")),
    )
    return [
      ...[...stored]
        .filter((id) => !expected.includes(id))
        .map((id) => `a row nobody was told of: ${id}`),
      ...expected.filter((id) => !stored.has(id)).map((id) => `accepted, and not there: ${id}`),
      ...(strays.length > this.#removed.size
        ? [`files that no generation refers to: ${strays.join(", ")}`]
        : []),
      ...held.incoming.map((path) => `left behind: ${path}`),
    ]
  }
}
