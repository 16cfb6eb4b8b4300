import { names } from './names.ts'

/*
 * Models that anybody with an account can ask for, as the services name them (case counts). What is missing is simply
 * not shared; an operator may declare it (`federation.models`). Sources: https://github.com/anomalyco/models.dev (MIT,
 * July 2026), with names from the services' own pages up to November 2026:
 * https://docs.mistral.ai/getting-started/models, https://api-docs.deepseek.com, https://docs.x.ai/docs/models,
 * https://docs.perplexity.ai.
 */

export const MISTRAL = names(`
  codestral-2508 codestral-embed codestral-latest devstral-2512 devstral-latest devstral-medium-2507 devstral-medium-latest
  devstral-small-2505 devstral-small-2507 devstral-small-latest labs-devstral-small-2512 magistral-medium-2509 magistral-medium-latest
  magistral-small magistral-small-2509 magistral-small-latest ministral-14b-2512 ministral-14b-latest ministral-3b-2512
  ministral-3b-latest ministral-8b-2512 ministral-8b-latest mistral-embed mistral-large-2411 mistral-large-2512 mistral-large-latest
  mistral-medium-2505 mistral-medium-2508 mistral-medium-2604 mistral-medium-latest mistral-nemo mistral-small-2506 mistral-small-2603
  mistral-small-latest open-mistral-7b open-mistral-nemo open-mixtral-8x22b open-mixtral-8x7b pixtral-12b pixtral-large-latest
`)

export const DEEPSEEK = names(`
  deepseek-chat deepseek-reasoner deepseek-v4-flash deepseek-v4-pro
`)

export const XAI = names(`
  grok-3 grok-3-mini grok-4 grok-4-0709 grok-4-1-fast-non-reasoning grok-4-1-fast-reasoning grok-4-fast-non-reasoning
  grok-4-fast-reasoning grok-4.20 grok-4.20-0309-non-reasoning grok-4.20-0309-reasoning grok-4.20-multi-agent-0309 grok-4.3 grok-4.5
  grok-4.6 grok-4.7 grok-build-0.1 grok-code-fast-1
`)

export const PERPLEXITY = names(`
  sonar sonar-deep-research sonar-pro sonar-reasoning sonar-reasoning-pro
`)

/** https://platform.moonshot.ai/docs/pricing/chat */
export const MOONSHOT = names(`
  kimi-k2-0711-preview kimi-k2-0905-preview kimi-k2-thinking kimi-k2-thinking-turbo kimi-k2-turbo-preview kimi-k2.5
`)

/** https://ai.google.dev/gemini-api/docs/models */
export const GEMINI = names(`
  gemini-2.0-flash gemini-2.0-flash-lite gemini-2.5-flash gemini-2.5-flash-lite gemini-2.5-pro gemini-3-flash-preview
  gemini-3-pro-preview
`)
