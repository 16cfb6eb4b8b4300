import { names } from './names.ts'

/*
 * Models that anybody with an account can ask for, as the services name them (case counts). What is missing is simply
 * not shared; an operator may declare it (`federation.models`). Sources: https://github.com/anomalyco/models.dev (MIT,
 * July 2026), with names from the services' own pages up to November 2026: https://deepinfra.com/models,
 * https://huggingface.co/docs/inference-providers.
 */

export const DEEPINFRA = names(`
  BAAI/bge-large-en-v1.5 BAAI/bge-m3 deepseek-ai/DeepSeek-R1 deepseek-ai/DeepSeek-R1-0528 deepseek-ai/DeepSeek-V3
  deepseek-ai/DeepSeek-V3-0324 deepseek-ai/DeepSeek-V3.2 deepseek-ai/DeepSeek-V4-Flash deepseek-ai/DeepSeek-V4-Pro
  google/gemma-4-26B-A4B-it google/gemma-4-31B-it meta-llama/Llama-3.3-70B-Instruct-Turbo
  meta-llama/Llama-4-Maverick-17B-128E-Instruct-FP8 meta-llama/Llama-4-Scout-17B-16E-Instruct meta-llama/Meta-Llama-3.1-70B-Instruct
  meta-llama/Meta-Llama-3.1-8B-Instruct MiniMaxAI/MiniMax-M2.5 moonshotai/Kimi-K2.5 moonshotai/Kimi-K2.6 moonshotai/Kimi-K2.7-Code
  openai/gpt-oss-120b openai/gpt-oss-20b Qwen/Qwen3-235B-A22B-Instruct-2507 Qwen/Qwen3-32B Qwen/Qwen3-Coder-480B-A35B-Instruct-Turbo
  Qwen/Qwen3.5-35B-A3B Qwen/Qwen3.5-397B-A17B Qwen/Qwen3.6-35B-A3B XiaomiMiMo/MiMo-V2.5 XiaomiMiMo/MiMo-V2.5-Pro zai-org/GLM-4.6
  zai-org/GLM-4.7 zai-org/GLM-4.7-Flash zai-org/GLM-5 zai-org/GLM-5.1 zai-org/GLM-5.2
`)

export const HUGGINGFACE = names(`
  deepseek-ai/DeepSeek-R1 deepseek-ai/DeepSeek-R1-0528 deepseek-ai/DeepSeek-V3.2 deepseek-ai/DeepSeek-V4-Flash
  deepseek-ai/DeepSeek-V4-Pro google/gemma-4-26B-A4B-it google/gemma-4-31B-it meta-llama/Llama-3.1-8B-Instruct
  meta-llama/Llama-3.3-70B-Instruct MiniMaxAI/MiniMax-M2 MiniMaxAI/MiniMax-M2.1 MiniMaxAI/MiniMax-M2.5 MiniMaxAI/MiniMax-M2.7
  MiniMaxAI/MiniMax-M3 moonshotai/Kimi-K2-Instruct moonshotai/Kimi-K2-Instruct-0905 moonshotai/Kimi-K2-Thinking moonshotai/Kimi-K2.5
  moonshotai/Kimi-K2.6 moonshotai/Kimi-K2.7-Code openai/gpt-oss-120b openai/gpt-oss-20b Qwen/Qwen3-235B-A22B
  Qwen/Qwen3-235B-A22B-Thinking-2507 Qwen/Qwen3-32B Qwen/Qwen3-Coder-30B-A3B-Instruct Qwen/Qwen3-Coder-480B-A35B-Instruct
  Qwen/Qwen3-Coder-Next Qwen/Qwen3-Embedding-4B Qwen/Qwen3-Embedding-8B Qwen/Qwen3-Next-80B-A3B-Instruct
  Qwen/Qwen3-Next-80B-A3B-Thinking Qwen/Qwen3.5-122B-A10B Qwen/Qwen3.5-27B Qwen/Qwen3.5-35B-A3B Qwen/Qwen3.5-397B-A17B Qwen/Qwen3.5-9B
  Qwen/Qwen3.6-27B Qwen/Qwen3.6-35B-A3B stepfun-ai/Step-3.5-Flash stepfun-ai/Step-3.7-Flash XiaomiMiMo/MiMo-V2-Flash
  XiaomiMiMo/MiMo-V2.5-Pro zai-org/GLM-4.5 zai-org/GLM-4.5-Air zai-org/GLM-4.5V zai-org/GLM-4.6 zai-org/GLM-4.7 zai-org/GLM-4.7-Flash
  zai-org/GLM-5 zai-org/GLM-5.1 zai-org/GLM-5.2
`)
