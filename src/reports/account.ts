import type { UsageBook } from '../outcomes/usage/usage-book.ts'
import type { JsonObject } from '../plugins/api.ts'
import { badParameter } from '../server/bad-parameter.ts'

/** USD. What stands for "no limit" where clients expect a number; they warn when it comes near to what was used. */
const NO_LIMIT = 1_000_000_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** OpenRouter's `GET /key`: the asking key, and what it used. `client`: its fingerprint; undefined: none is needed. */
export function keyReport(usage: UsageBook, client: string | undefined, now: number): JsonObject {
  const { all, day, week, month } = usage.totals(client, now)
  return {
    label: client === undefined ? 'no key' : `key-${client}`,
    limit: null,
    limit_remaining: null,
    limit_reset: null,
    usage: all,
    usage_daily: day,
    usage_weekly: week,
    usage_monthly: month,
    ...NOT_OURS,
  }
}

/** Fields of OpenRouter's that are the same for every key: no key of a provider is the client's own. */
const NOT_OURS = {
  byok_usage: 0,
  byok_usage_daily: 0,
  byok_usage_weekly: 0,
  byok_usage_monthly: 0,
  include_byok_in_limit: false,
  is_free_tier: false,
  is_management_key: false,
  is_provisioning_key: false,
  expires_at: null,
  creator_user_id: null,
  organization_id: null,
  workspace_id: null,
  allowed_data_regions: ['global'],
  free_model_daily_requests: { limit: 0, remaining: 0, used: 0 },
  rate_limit: { requests: -1, interval: '10s', note: 'Deprecated, and of no meaning: -1 stands for no limit.' },
}

/** OpenRouter's `GET /credits`. */
export const creditsReport = (usage: UsageBook, client: string | undefined, now: number): JsonObject => ({
  total_credits: NO_LIMIT,
  total_usage: usage.totals(client, now).all,
})

/** OpenRouter's `GET /activity`, with today's: of one UTC day, `YYYY-MM-DD`, or all. Throws ROUTER_BAD_REQUEST. */
export function activityReport(
  usage: UsageBook,
  client: string | undefined,
  date: unknown,
  now: number,
): readonly JsonObject[] {
  if (date !== undefined && !(typeof date === 'string' && DATE.test(date)))
    throw badParameter('date', 'must be a UTC day: 2026-11-28')
  return usage
    .activity(client, now)
    .filter((row) => date === undefined || row.date === date)
    .map((row) => ({
      date: row.date,
      model: row.model,
      model_permaslug: row.model,
      endpoint_id: row.endpoint,
      provider_name: row.endpoint.split('/', 1)[0]!,
      usage: row.costUsd,
      byok_usage_inference: 0,
      requests: row.requests,
      prompt_tokens: row.inputTokens,
      completion_tokens: row.outputTokens,
      reasoning_tokens: row.reasoningTokens,
    }))
}
