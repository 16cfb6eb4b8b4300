import { MODELS as ANTHROPIC } from '../../../../providers/anthropic/models.ts'
import { MODELS as OPENAI } from '../../../../providers/openai/models.ts'
import { DEEPINFRA, HUGGINGFACE } from './deepinfra-huggingface.ts'
import { CEREBRAS, GROQ } from './groq-cerebras.ts'
import { names } from './names.ts'
import { NVIDIA, OPENROUTER } from './openrouter-nvidia.ts'
import { DEEPSEEK, MISTRAL, PERPLEXITY, XAI } from './own-models.ts'
import { FIREWORKS, TOGETHER } from './together-fireworks.ts'

/** A service that anybody can use. Nothing else has a public name. */
export interface PublicProvider {
  /** Its hosts, reached by https at the usual port, and the region that each stands for. */
  readonly hosts: Readonly<Record<string, string>>
  readonly models: ReadonlySet<string>
}

const provider = (models: Iterable<string>, hosts: PublicProvider['hosts']): PublicProvider => ({ hosts, models: new Set(models) })

/** Still served, or of late, and not in the adapters' tables of today's models. */
const OLDER_OPENAI = names(
  'gpt-3.5-turbo gpt-4 gpt-4-turbo o1 o3-mini o3-pro gpt-5-pro gpt-5-codex gpt-5.1-codex gpt-5.2-codex gpt-5.3-codex',
)
const OLDER_ANTHROPIC = names(
  'claude-3-haiku claude-3-5-haiku claude-3-5-sonnet claude-3-7-sonnet claude-sonnet-4 claude-opus-4 claude-opus-4-1',
)

/**
 * By public name, which is that of the preset or plugin. Regional hosts:
 * https://developers.openai.com/api/docs/guides/data-residency and https://openrouter.ai/docs (guardrail data region),
 * November 2026.
 */
export const PUBLIC_PROVIDERS: ReadonlyMap<string, PublicProvider> = new Map(
  Object.entries({
    openai: provider([...OPENAI.keys(), ...OLDER_OPENAI], {
      'api.openai.com': '-',
      'us.api.openai.com': 'us',
      'eu.api.openai.com': 'eu',
      'au.api.openai.com': 'au',
      'in.api.openai.com': 'in',
      'jp.api.openai.com': 'jp',
      'ae.api.openai.com': 'ae',
    }),
    anthropic: provider([...ANTHROPIC.keys(), ...OLDER_ANTHROPIC], { 'api.anthropic.com': '-' }),
    groq: provider(GROQ, { 'api.groq.com': '-' }),
    together: provider(TOGETHER, { 'api.together.ai': '-', 'api.together.xyz': '-' }),
    fireworks: provider(FIREWORKS, { 'api.fireworks.ai': '-' }),
    deepinfra: provider(DEEPINFRA, { 'api.deepinfra.com': '-' }),
    mistral: provider(MISTRAL, { 'api.mistral.ai': '-' }),
    deepseek: provider(DEEPSEEK, { 'api.deepseek.com': '-' }),
    xai: provider(XAI, { 'api.x.ai': '-' }),
    cerebras: provider(CEREBRAS, { 'api.cerebras.ai': '-' }),
    perplexity: provider(PERPLEXITY, { 'api.perplexity.ai': '-' }),
    openrouter: provider(OPENROUTER, { 'openrouter.ai': '-', 'us.openrouter.ai': 'us', 'eu.openrouter.ai': 'eu' }),
    nvidia: provider(NVIDIA, { 'integrate.api.nvidia.com': '-' }),
    huggingface: provider(HUGGINGFACE, { 'router.huggingface.co': '-' }),
  }),
)
