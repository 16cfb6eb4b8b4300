/**
 * What a model behind `anthropic-messages` takes, told by its name. Anthropic refuses thinking budgets and sampling
 * parameters on newer models with 400. Source: Anthropic's pages on thinking ("configuring thinking", "sampling
 * parameters") and structured outputs.
 */
import { stringOf } from '../../../untyped.ts'

export interface Traits {
  /** False for other makers' models behind the same wire, of which nothing is assumed. */
  readonly claude: boolean
  /** `budget`: enabled with a budget; `both`; `adaptive`: adaptive with an effort only; `none`: refuses thinking. */
  readonly thinking: 'none' | 'budget' | 'both' | 'adaptive'
  /** Thinking cannot be disabled. */
  readonly alwaysThinks: boolean
  /** Takes temperature, top_p and top_k. */
  readonly sampling: boolean
  /** Takes temperature or top_p, not both. */
  readonly oneSampler: boolean
  /** Takes `strict` tools. */
  readonly strictTools: boolean
  /** `max_tokens` for a request without one, tokens. */
  readonly defaultMaxTokens: number
}

/** Smallest output limit in the Claude 4 generation (Opus 4) and later. */
const DEFAULT_MAX_TOKENS = 32_000
/** Smallest output limit that older and other makers' models have in common in practice. */
const CAUTIOUS_MAX_TOKENS = 8_192

/** 407 for 4.7, 500 for 5; Infinity for a Claude without a version in its name; undefined for other models. */
function claudeVersion(name: string): number | undefined {
  const start = name.indexOf('claude')
  if (start < 0) return undefined
  const match = /[-.v](\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/.exec(name.slice(start))
  return match ? Number(match[1]) * 100 + Number(match[2] ?? 0) : Number.POSITIVE_INFINITY
}

export function traitsOf(model: unknown): Traits {
  const name = stringOf(model).toLowerCase()
  const version = claudeVersion(name)
  if (version === undefined) {
    return {
      claude: false,
      thinking: 'budget',
      alwaysThinks: false,
      sampling: true,
      oneSampler: false,
      strictTools: true,
      defaultMaxTokens: CAUTIOUS_MAX_TOKENS,
    }
  }
  return {
    claude: true,
    thinking: version >= 407 ? 'adaptive' : version >= 406 ? 'both' : version >= 307 ? 'budget' : 'none',
    alwaysThinks: /fable|mythos/.test(name),
    sampling: version < 407,
    oneSampler: version >= 401,
    strictTools: version >= 401,
    defaultMaxTokens: version >= 400 ? DEFAULT_MAX_TOKENS : CAUTIOUS_MAX_TOKENS,
  }
}
