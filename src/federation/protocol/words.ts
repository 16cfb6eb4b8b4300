import { REQUEST_TYPES, type RequestType } from '../../base/request-types.ts'

/** What a cell may be named by on the wire: closed lists, so that nothing private fits in. */

/** Two-letter continents; `-` when the member does not say. */
export const CONTINENTS = ['AF', 'AN', 'AS', 'EU', 'NA', 'OC', 'SA', '-'] as const
export type Continent = (typeof CONTINENTS)[number]

/** Outcome kinds that are reported: how the endpoint did. What callers did wrong is nobody's business. */
export const REPORT_KINDS = [
  'ok',
  'policy_refused',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_error',
  'provider_timeout_connect',
  'provider_timeout_first_token',
  'provider_timeout_response',
  'provider_timeout_idle',
  'provider_network',
  'provider_truncated',
  'provider_empty',
  'provider_malformed',
] as const
export type ReportKind = (typeof REPORT_KINDS)[number]

/** `ok` and the kinds that count against success; rate limits and refusals are counted apart. */
export const FAULT_KINDS: readonly ReportKind[] = REPORT_KINDS.filter(
  (kind) => kind.startsWith('provider_') && kind !== 'provider_rate_limited',
)

/** `<kind>.<input size>.<shape>`, as in DESIGN section 7. */
export const CLASS_PATTERN =
  '^(chat|embedding|image|speech|transcription|rerank|moderation)\\.(lt1k|lt8k|lt64k|more)\\.(plain|structured)$'
/** Catalogue names: lower case, no spaces, no URLs (`//` and a scheme do not match). */
export const PROVIDER_PATTERN = '^[a-z0-9][a-z0-9-]{0,39}$'
export const MODEL_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}(:[A-Za-z0-9._-]+)?$'
export const MAX_MODEL_LENGTH = 128
/** A cloud's region, such as `eu-west-1`; `-` for providers without. */
export const REGION_PATTERN = '^(-|[a-z0-9][a-z0-9-]{0,29})$'

/** What kind of work an answer was for; `-` where nobody looked. */
export type WorkType = RequestType | '-'
export const WORK_TYPES: readonly WorkType[] = ['-', ...REQUEST_TYPES]

/** What a key may do at a hub: report as a member, or send what it measures for the hub. */
export type Role = 'member' | 'prober'
/** A prober's place, for people: `eu-west-1`, `fra`, `hetzner-hel1`. */
export const PLACE_PATTERN = '^[a-z0-9][a-z0-9-]{0,39}$'
