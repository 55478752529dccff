/** `./zoe create-provider NAME [--dir packages/FOLDER]`: writes a new provider package. Asks nothing. */
import { parseArgs } from "node:util"
import { createProvider } from "./createProvider.ts"
import { Refusal } from "./Refusal.ts"

const usage = "./zoe create-provider NAME [--dir packages/FOLDER]"

const read = (): { readonly name: string; readonly directory: string | undefined } => {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { dir: { type: "string" } },
    })
    const [name] = positionals
    if (name !== undefined && positionals.length === 1) return { name, directory: values.dir }
  } catch (cause) {
    throw new Refusal(`${(cause as Error).message}\nusage: ${usage}`)
  }
  throw new Refusal(`one name is needed\nusage: ${usage}`)
}

try {
  const { directory, name } = read()
  const created = await createProvider(process.cwd(), name, directory?.replace(/\/+$/, ""))
  for (const path of created.paths) console.log(path)
  const project = `@zoetrope/${created.name.id}`
  console.log(`
The provider ${created.name.id} is there, and its suite runs: red where it is unfinished.

  ./zoe install
  ./zoe exec vitest run --project ${project}

What to do is in docs/adding-a-provider.md; what is left to do is marked UNFINISHED.`)
} catch (cause) {
  if (!(cause instanceof Refusal)) throw cause
  console.error(`create-provider: ${cause.message}\nNothing was written.`)
  process.exitCode = 2
}
