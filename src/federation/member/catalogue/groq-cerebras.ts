import { names } from './names.ts'

/*
 * Models that anybody with an account can ask for, as the services name them (case counts). What is missing is simply
 * not shared; an operator may declare it (`federation.models`). Sources: https://github.com/anomalyco/models.dev (MIT,
 * July 2026), with names from the services' own pages up to November 2026: https://console.groq.com/docs/models,
 * https://inference-docs.cerebras.ai/models/overview.
 */

export const GROQ = names(`
  canopylabs/orpheus-arabic-saudi canopylabs/orpheus-v1-english groq/compound groq/compound-mini llama-3.1-8b-instant
  llama-3.3-70b-versatile meta-llama/llama-4-maverick-17b-128e-instruct meta-llama/llama-4-scout-17b-16e-instruct
  meta-llama/llama-prompt-guard-2-22m meta-llama/llama-prompt-guard-2-86m moonshotai/kimi-k2-instruct-0905 openai/gpt-oss-120b
  openai/gpt-oss-20b openai/gpt-oss-safeguard-20b qwen/qwen3-32b qwen/qwen3.8-27b whisper-large-v3 whisper-large-v3-turbo
`)

export const CEREBRAS = names(`
  gemma-4-31b gpt-oss-120b llama-3.3-70b llama3.1-8b qwen-3-235b-a22b-instruct-2507 qwen-3-32b qwen-3.8-27b zai-glm-4.7
`)
