import process from "node:process"

const nobody = 65_534

/** Runs it as a user whom permissions bind; the super-user of a container is bound by none. */
export const asNobody = <A>(body: () => A): A => {
  if (process.geteuid?.() !== 0) return body()
  process.seteuid?.(nobody)
  try {
    return body()
  } finally {
    process.seteuid?.(0)
  }
}
