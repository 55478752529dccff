/**
 * The balance of an organisation. The document's table calls the first list `remaining_credits`, its
 * sample `remains`; a client that was run against the service reads `remains`, and so it is here.
 *
 * @see https://platform.vidu.cn/docs 查询积分接口 (copy of 2026-08)
 */
import type { Jobs } from "./Jobs.ts"
import type { ViduSettings } from "./settings.ts"

export interface CreditsQuery {
  readonly organisation: string
  /** Whether to list the packages that were bought. */
  readonly detailed: boolean
  /** When the simulator began, ISO 8601. */
  readonly since: string
}

export const creditsBody = (
  { organisation, detailed, since }: CreditsQuery,
  jobs: Jobs,
  settings: Required<ViduSettings>,
) => {
  let current = 0
  let queued = 0
  for (const { task } of jobs.open(organisation)) {
    const phase = task.phase()
    const waits = phase._tag === "Queued" && !phase.scheduled
    if (waits) queued += 1
    else if (phase._tag === "Queued" || phase._tag === "Generating") current += 1
  }
  const balance = jobs.balance(organisation)
  return {
    remains: [
      {
        type: "metered",
        credit_remain: balance,
        concurrency_limit: settings.concurrency,
        current_concurrency: current,
        queue_count: queued,
      },
    ],
    packages: detailed
      ? [
          {
            id: "1",
            name: "simulator",
            type: "metered",
            concurrency: settings.concurrency,
            credit_amount: settings.credits,
            credit_remain: balance,
            created_at: since,
            purchase_at: since,
            valid_from: since,
            valid_to: new Date(Date.parse(since) + A_YEAR).toISOString(),
          },
        ]
      : [],
  }
}

const A_YEAR = 365 * 24 * 3600 * 1000
