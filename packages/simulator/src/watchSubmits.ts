import type { Dialect, Received } from "./Dialect.ts"
import type { Task } from "./Task.ts"

/**
 * The same provider, which tells of every submit that arrives, whatever a fault then does to its answer.
 * Who judges what a client has sent, and how often, cannot ask the client. A submit that a fault kept
 * away (`reset-before`) has arrived too; no task is accepted for it.
 *
 * @param onSubmit called with the request; what it returns is told the task that was accepted for it,
 *   before the answer leaves, and is not called where there is none
 */
export const watchSubmits = (
  dialect: Dialect,
  onSubmit: (request: Received) => (task: Task) => void,
): Dialect => ({
  ...dialect,
  open: (world) => {
    const service = dialect.open(world)
    return {
      ...service,
      route: (request) => {
        const call = service.route(request)
        if (call?.operation !== "submit") return call
        const onAccepted = onSubmit(request)
        const answer = async () => {
          const answered = await call.answer()
          if (answered.task !== undefined) onAccepted(answered.task)
          return answered
        }
        return { ...call, answer }
      },
    }
  },
})
