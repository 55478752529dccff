/**
 * Baseline: what a careful person writes by hand with undici for this one job. It has a limit in
 * flight and jitter; it has no checks, no reasons, no gate for calls, and it trusts every answer.
 */
import { Agent, request } from "undici"
import { load, report, serviceFromEnvironment } from "./load.ts"

const { image, key, url } = serviceFromEnvironment()
const dispatcher = new Agent({ connections: 64, pipelining: 1 })
const headers = { authorization: `Token ${key}`, "content-type": "application/json" }
const body = JSON.stringify({
  model: "viduq3-turbo",
  images: [image],
  prompt: "a red kite",
  duration: 1,
  resolution: "540p",
})

const sleep = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

const one = async (): Promise<number> => {
  const created = await request(`${url}/ent/v2/img2video`, {
    method: "POST",
    headers,
    body,
    dispatcher,
    reset: true,
  })
  const { task_id } = (await created.body.json()) as { task_id: string }
  for (let polls = 1; ; polls++) {
    const answer = await request(`${url}/ent/v2/tasks/${task_id}/creations`, {
      headers,
      dispatcher,
    })
    const { creations, state } = (await answer.body.json()) as {
      state: string
      creations: ReadonlyArray<{ url: string }>
    }
    if (state === "success" && creations[0] !== undefined) return polls
    await sleep(load.pollSeconds * (1 + 0.2 * Math.random()))
  }
}

await report(async () => {
  let next = 0
  let polls = 0
  let done = 0
  const worker = async () => {
    while (next < load.tasks) {
      next += 1
      const made = await one()
      polls += made
      done += 1
    }
  }
  await Promise.all(Array.from({ length: load.inFlight }, worker))
  await dispatcher.close()
  return { polls, done }
})
