import { names } from './names.ts'

/*
 * Models that anybody with an account can ask for, as the services name them (case counts). What is missing is simply
 * not shared; an operator may declare it (`federation.models`). Sources: https://github.com/anomalyco/models.dev (MIT,
 * July 2026), with names from the services' own pages up to November 2026:
 * https://docs.together.ai/docs/serverless-models, https://fireworks.ai/models.
 */

export const TOGETHER = names(`
  BAAI/bge-base-en-v1.5 BAAI/bge-large-en-v1.5 deepcogito/cogito-v2-1-671b deepseek-ai/DeepSeek-R1
  deepseek-ai/DeepSeek-R1-Distill-Llama-70B deepseek-ai/DeepSeek-V3 deepseek-ai/DeepSeek-V3-1 deepseek-ai/DeepSeek-V4-Flash-0731
  deepseek-ai/DeepSeek-V4-Pro essentialai/Rnj-1-Instruct google/gemma-3n-E4B-it google/gemma-4-31B-it LiquidAI/LFM2-24B-A2B
  meta-llama/Llama-3.3-70B-Instruct-Turbo meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 meta-llama/Llama-4-Scout-17B-16E-Instruct
  meta-llama/Meta-Llama-3-8B-Instruct-Lite meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo MiniMaxAI/MiniMax-M2.5 MiniMaxAI/MiniMax-M2.7
  MiniMaxAI/MiniMax-M3 mistralai/Mixtral-8x7B-Instruct-v0.1 moonshotai/Kimi-K2.5 moonshotai/Kimi-K2.6 moonshotai/Kimi-K2.7-Code
  nvidia/nemotron-3-ultra-550b-a55b openai/gpt-oss-120b openai/gpt-oss-20b pearl-ai/gemma-4-31b-it Qwen/Qwen2.5-7B-Instruct-Turbo
  Qwen/Qwen3-235B-A22B-Instruct-2507-tput Qwen/Qwen3-Coder-480B-A35B-Instruct-FP8 Qwen/Qwen3-Coder-Next-FP8 Qwen/Qwen3.5-397B-A17B
  Qwen/Qwen3.5-9B Qwen/Qwen3.6-Plus Qwen/Qwen3.7-Max zai-org/GLM-5 zai-org/GLM-5.1 zai-org/GLM-5.2
`)

export const FIREWORKS = names(`
  accounts/fireworks/models/deepseek-r1-0528 accounts/fireworks/models/deepseek-v3-0324 accounts/fireworks/models/deepseek-v3p1
  accounts/fireworks/models/deepseek-v3p2 accounts/fireworks/models/deepseek-v4-flash accounts/fireworks/models/deepseek-v4-pro
  accounts/fireworks/models/glm-4p5 accounts/fireworks/models/glm-4p5-air accounts/fireworks/models/glm-4p7
  accounts/fireworks/models/glm-5 accounts/fireworks/models/glm-5p1 accounts/fireworks/models/glm-5p2
  accounts/fireworks/models/gpt-oss-120b accounts/fireworks/models/gpt-oss-20b accounts/fireworks/models/kimi-k2-instruct
  accounts/fireworks/models/kimi-k2p5 accounts/fireworks/models/kimi-k2p6 accounts/fireworks/models/kimi-k2p7-code
  accounts/fireworks/models/kimi-k3 accounts/fireworks/models/llama-v3p1-8b-instruct accounts/fireworks/models/llama-v3p3-70b-instruct
  accounts/fireworks/models/minimax-m2p7 accounts/fireworks/models/minimax-m3 accounts/fireworks/models/mixtral-8x22b-instruct
  accounts/fireworks/models/qwen3-235b-a22b accounts/fireworks/models/qwen3-coder-480b-a35b-instruct
  accounts/fireworks/models/qwen3p7-plus accounts/fireworks/routers/glm-5p1-fast accounts/fireworks/routers/glm-5p2-fast
  accounts/fireworks/routers/kimi-k2p6-fast accounts/fireworks/routers/kimi-k2p6-turbo accounts/fireworks/routers/kimi-k2p7-code-fast
`)
