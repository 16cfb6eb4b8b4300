import { builtInServices } from '../../../plugins/built-in.ts'
import { DEEPINFRA, HUGGINGFACE } from './deepinfra-huggingface.ts'
import { CEREBRAS, GROQ } from './groq-cerebras.ts'
import { names } from './names.ts'
import { NVIDIA, OPENROUTER } from './openrouter-nvidia.ts'
import { DEEPSEEK, GEMINI, MISTRAL, MOONSHOT, PERPLEXITY, XAI } from './own-models.ts'
import { COHERE, JINA, VOYAGE } from './retrieval.ts'
import { FIREWORKS, TOGETHER } from './together-fireworks.ts'

/** A service that anybody can use. Nothing else has a public name. */
export interface PublicProvider {
  /** Its hosts, reached by https at the usual port, and the region that each stands for. */
  readonly hosts: Readonly<Record<string, string>>
  readonly models: ReadonlySet<string>
}

/** Still served, or of late, and not in the adapters' tables of today's models. */
const OLDER_OPENAI = names(
  'gpt-3.5-turbo gpt-4 gpt-4-turbo o1 o3-mini o3-pro gpt-5-pro gpt-5-codex gpt-5.1-codex gpt-5.2-codex gpt-5.3-codex',
)
const OLDER_ANTHROPIC = names(
  'claude-3-haiku claude-3-5-haiku claude-3-5-sonnet claude-3-7-sonnet claude-sonnet-4 claude-opus-4 claude-opus-4-1',
)

/** What each is known for beside what its provider plugin says. */
const MODELS: Readonly<Record<string, Iterable<string>>> = {
  openai: OLDER_OPENAI,
  anthropic: OLDER_ANTHROPIC,
  groq: GROQ,
  together: TOGETHER,
  fireworks: FIREWORKS,
  deepinfra: DEEPINFRA,
  mistral: MISTRAL,
  deepseek: DEEPSEEK,
  xai: XAI,
  cerebras: CEREBRAS,
  perplexity: PERPLEXITY,
  openrouter: OPENROUTER,
  nvidia: NVIDIA,
  huggingface: HUGGINGFACE,
  moonshot: MOONSHOT,
  gemini: GEMINI,
  cohere: COHERE,
  jina: JINA,
  voyage: VOYAGE,
}

/** The services of the built-in provider plugins. */
export const SERVICES = await builtInServices()

/** Whoever has public hosts, by the id of the service, which is its public name. */
export const PUBLIC_PROVIDERS: ReadonlyMap<string, PublicProvider> = new Map(
  SERVICES.flatMap(({ id, hosts, publicModels = [], secondary }) =>
    hosts && !secondary ? [[id, { hosts, models: new Set([...publicModels, ...(MODELS[id] ?? [])]) }] as const] : [],
  ),
)
