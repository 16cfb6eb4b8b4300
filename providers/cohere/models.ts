import type { ModelFacts } from '../shared/model-table.ts'

/* Source: https://docs.cohere.com/docs/models, November 2026. */

/** In the vocabulary of the hub wire: what survives the translation to Cohere's chat. */
const PARAMETERS = [
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'top_k',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'response_format',
  'structured_outputs',
]
const TOOLS = ['tools', 'tool_choice']
const REASONING = ['reasoning', 'reasoning_effort', 'include_reasoning']

/** Tokens in thousands. */
const chat = (contextK: number, outputK: number, more: readonly string[], images = false): ModelFacts => ({
  contextLength: contextK * 1_000,
  maxOutputTokens: outputK * 1_000,
  inputModalities: images ? ['text', 'image'] : ['text'],
  parameters: [...PARAMETERS, ...more],
})

const embedder = (contextLength: number): ModelFacts => ({
  contextLength,
  inputModalities: ['text', 'image'],
  outputModalities: ['embeddings'],
})

const reranker = (contextLength: number): ModelFacts => ({ contextLength, outputModalities: ['rerank'] })

export const MODELS: ReadonlyMap<string, ModelFacts> = new Map(
  Object.entries({
    'command-a-03-2025': chat(256, 8, TOOLS),
    'command-a-reasoning-08-2025': chat(256, 32, [...TOOLS, ...REASONING]),
    'command-a-vision-07-2025': chat(128, 8, [], true),
    'command-a-translate-08-2025': chat(8, 8, []),
    'command-r7b-12-2024': chat(128, 4, TOOLS),
    'command-r-plus-08-2024': chat(128, 4, TOOLS),
    'command-r-08-2024': chat(128, 4, TOOLS),
    'embed-v4.0': embedder(128_000),
    'embed-english-v3.0': embedder(512),
    'embed-english-light-v3.0': embedder(512),
    'embed-multilingual-v3.0': embedder(512),
    'embed-multilingual-light-v3.0': embedder(512),
    'rerank-v4.0-pro': reranker(32_000),
    'rerank-v4.0-fast': reranker(32_000),
    'rerank-v3.5': reranker(4_096),
    'rerank-english-v3.0': reranker(4_096),
    'rerank-multilingual-v3.0': reranker(4_096),
  } satisfies Record<string, ModelFacts>),
)
