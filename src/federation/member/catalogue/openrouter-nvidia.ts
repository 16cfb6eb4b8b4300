import { names } from './names.ts'

/*
 * Models that anybody with an account can ask for, as the services name them (case counts). What is missing is simply
 * not shared; an operator may declare it (`federation.models`). Sources: https://github.com/anomalyco/models.dev (MIT,
 * July 2026), with names from the services' own pages up to November 2026: https://openrouter.ai/models (the large
 * makers' models, without variants), https://build.nvidia.com/models.
 */

export const OPENROUTER = names(`
  amazon/nova-2-lite-v1 amazon/nova-lite-v1 amazon/nova-micro-v1 amazon/nova-premier-v1 amazon/nova-pro-v1 anthropic/claude-3-haiku
  anthropic/claude-haiku-4.5 anthropic/claude-opus-4 anthropic/claude-opus-4.1 anthropic/claude-opus-4.5 anthropic/claude-opus-4.6
  anthropic/claude-opus-4.7 anthropic/claude-opus-4.7-fast anthropic/claude-opus-4.8 anthropic/claude-opus-4.8-fast
  anthropic/claude-sonnet-4 anthropic/claude-sonnet-4.5 anthropic/claude-sonnet-4.6 anthropic/claude-sonnet-5 cohere/command-a
  cohere/command-r-08-2024 cohere/command-r-plus-08-2024 cohere/command-r7b-12-2024 deepseek/deepseek-chat
  deepseek/deepseek-chat-v3-0324 deepseek/deepseek-chat-v3.1 deepseek/deepseek-r1 deepseek/deepseek-r1-0528
  deepseek/deepseek-r1-distill-llama-70b deepseek/deepseek-v3.1-terminus deepseek/deepseek-v3.2 deepseek/deepseek-v3.2-exp
  deepseek/deepseek-v4-flash deepseek/deepseek-v4-pro google/gemini-2.5-flash google/gemini-2.5-flash-lite google/gemini-2.5-pro
  google/gemini-3.1-flash-lite google/gemini-3.5-flash google/gemma-2-27b-it google/gemma-3-12b-it google/gemma-3-27b-it
  google/gemma-3-4b-it google/gemma-3n-e4b-it google/gemma-4-26b-a4b-it google/gemma-4-31b-it meta-llama/llama-3-8b-instruct
  meta-llama/llama-3.1-70b-instruct meta-llama/llama-3.1-8b-instruct meta-llama/llama-3.2-11b-vision-instruct
  meta-llama/llama-3.2-1b-instruct meta-llama/llama-3.2-3b-instruct meta-llama/llama-3.3-70b-instruct meta-llama/llama-4-maverick
  meta-llama/llama-4-scout meta-llama/llama-guard-4-12b minimax/minimax-01 minimax/minimax-m1 minimax/minimax-m2 minimax/minimax-m2-her
  minimax/minimax-m2.1 minimax/minimax-m2.5 minimax/minimax-m2.7 minimax/minimax-m3 mistralai/codestral-2508 mistralai/devstral-2512
  mistralai/ministral-14b-2512 mistralai/ministral-3b-2512 mistralai/ministral-8b-2512 mistralai/mistral-large
  mistralai/mistral-large-2407 mistralai/mistral-large-2512 mistralai/mistral-medium-3 mistralai/mistral-medium-3-5
  mistralai/mistral-medium-3.1 mistralai/mistral-nemo mistralai/mistral-saba mistralai/mistral-small-24b-instruct-2501
  mistralai/mistral-small-2603 mistralai/mistral-small-3.1-24b-instruct mistralai/mistral-small-3.2-24b-instruct
  mistralai/mixtral-8x22b-instruct mistralai/voxtral-small-24b-2507 moonshotai/kimi-k2 moonshotai/kimi-k2-0905
  moonshotai/kimi-k2-thinking moonshotai/kimi-k2.5 moonshotai/kimi-k2.6 moonshotai/kimi-k2.7-code
  nvidia/llama-3.3-nemotron-super-49b-v1.5 nvidia/nemotron-3-nano-30b-a3b nvidia/nemotron-3-super-120b-a12b
  nvidia/nemotron-3-ultra-550b-a55b openai/gpt-3.5-turbo openai/gpt-3.5-turbo-0613 openai/gpt-3.5-turbo-16k
  openai/gpt-3.5-turbo-instruct openai/gpt-4 openai/gpt-4-turbo openai/gpt-4.1 openai/gpt-4.1-mini openai/gpt-4.1-nano openai/gpt-4o
  openai/gpt-4o-2024-05-13 openai/gpt-4o-2024-08-06 openai/gpt-4o-2024-11-20 openai/gpt-4o-mini openai/gpt-4o-mini-2024-07-18
  openai/gpt-5 openai/gpt-5-chat openai/gpt-5-codex openai/gpt-5-mini openai/gpt-5-nano openai/gpt-5-pro openai/gpt-5.1
  openai/gpt-5.1-chat openai/gpt-5.1-codex openai/gpt-5.1-codex-max openai/gpt-5.1-codex-mini openai/gpt-5.2 openai/gpt-5.2-chat
  openai/gpt-5.2-codex openai/gpt-5.2-pro openai/gpt-5.3-chat openai/gpt-5.3-codex openai/gpt-5.4 openai/gpt-5.4-mini
  openai/gpt-5.4-nano openai/gpt-5.4-pro openai/gpt-5.5 openai/gpt-5.5-pro openai/gpt-chat-latest openai/gpt-oss-120b openai/gpt-oss-20b
  openai/gpt-oss-safeguard-20b openai/o1 openai/o1-pro openai/o3 openai/o3-deep-research openai/o3-mini openai/o3-mini-high
  openai/o3-pro openai/o4-mini openai/o4-mini-deep-research openai/o4-mini-high perplexity/sonar perplexity/sonar-deep-research
  perplexity/sonar-pro perplexity/sonar-pro-search perplexity/sonar-reasoning-pro qwen/qwen-2.5-72b-instruct qwen/qwen-2.5-7b-instruct
  qwen/qwen-2.5-coder-32b-instruct qwen/qwen-plus qwen/qwen-plus-2025-07-28 qwen/qwen2.5-vl-72b-instruct qwen/qwen3-14b
  qwen/qwen3-235b-a22b qwen/qwen3-235b-a22b-2507 qwen/qwen3-235b-a22b-thinking-2507 qwen/qwen3-30b-a3b qwen/qwen3-30b-a3b-instruct-2507
  qwen/qwen3-30b-a3b-thinking-2507 qwen/qwen3-32b qwen/qwen3-8b qwen/qwen3-coder qwen/qwen3-coder-30b-a3b-instruct
  qwen/qwen3-coder-flash qwen/qwen3-coder-next qwen/qwen3-coder-plus qwen/qwen3-max qwen/qwen3-max-thinking
  qwen/qwen3-next-80b-a3b-instruct qwen/qwen3-next-80b-a3b-thinking qwen/qwen3-vl-235b-a22b-instruct qwen/qwen3-vl-235b-a22b-thinking
  qwen/qwen3-vl-30b-a3b-instruct qwen/qwen3-vl-30b-a3b-thinking qwen/qwen3-vl-32b-instruct qwen/qwen3-vl-8b-instruct
  qwen/qwen3-vl-8b-thinking qwen/qwen3.5-122b-a10b qwen/qwen3.5-27b qwen/qwen3.5-35b-a3b qwen/qwen3.5-397b-a17b qwen/qwen3.5-9b
  qwen/qwen3.5-flash-02-23 qwen/qwen3.5-plus-02-15 qwen/qwen3.5-plus-20260420 qwen/qwen3.6-27b qwen/qwen3.6-35b-a3b qwen/qwen3.6-flash
  qwen/qwen3.6-plus qwen/qwen3.7-max qwen/qwen3.7-plus x-ai/grok-4.20 x-ai/grok-4.20-multi-agent x-ai/grok-4.3 x-ai/grok-build-0.1
  z-ai/glm-4.5 z-ai/glm-4.5-air z-ai/glm-4.5v z-ai/glm-4.6 z-ai/glm-4.6v z-ai/glm-4.7 z-ai/glm-4.7-flash z-ai/glm-5 z-ai/glm-5-turbo
  z-ai/glm-5.1 z-ai/glm-5.2 z-ai/glm-5v-turbo
`)

export const NVIDIA = names(`
  abacusai/dracarys-llama-3_1-70b-instruct baai/bge-m3 bytedance/seed-oss-36b-instruct deepseek-ai/deepseek-v4-flash
  deepseek-ai/deepseek-v4-pro google/gemma-2-2b-it google/gemma-3n-e2b-it google/gemma-3n-e4b-it google/gemma-4-31b-it
  meta/llama-3.1-70b-instruct meta/llama-3.1-8b-instruct meta/llama-3.2-11b-vision-instruct meta/llama-3.2-1b-instruct
  meta/llama-3.2-3b-instruct meta/llama-3.2-90b-vision-instruct meta/llama-3.3-70b-instruct meta/llama-4-maverick-17b-128e-instruct
  microsoft/phi-4-mini-instruct microsoft/phi-4-multimodal-instruct minimaxai/minimax-m2.7 minimaxai/minimax-m3
  mistralai/magistral-small-2506 mistralai/mistral-7b-instruct-v03 mistralai/mistral-large-3-675b-instruct-2512
  mistralai/mistral-medium-3-instruct mistralai/mistral-nemotron mistralai/mistral-small-4-119b-2603 mistralai/mixtral-8x22b-instruct
  mistralai/mixtral-8x7b-instruct moonshotai/kimi-k2-instruct-0905 moonshotai/kimi-k2.6 nvidia/nemotron-3-nano-30b-a3b
  nvidia/nemotron-3-nano-omni-30b-a3b-reasoning nvidia/nemotron-3-super-120b-a12b nvidia/nemotron-3-ultra-550b-a55b
  nvidia/nemotron-mini-4b-instruct nvidia/nv-embed-v1 nvidia/nv-embedcode-7b-v1 nvidia/nvidia-nemotron-nano-9b-v2 openai/gpt-oss-120b
  openai/gpt-oss-20b openai/whisper-large-v3 qwen/qwen2.5-coder-32b-instruct qwen/qwen3-coder-480b-a35b-instruct
  qwen/qwen3-next-80b-a3b-instruct qwen/qwen3.5-122b-a10b qwen/qwen3.5-397b-a17b sarvamai/sarvam-m stepfun-ai/step-3.5-flash
  stepfun-ai/step-3.7-flash upstage/solar-10_7b-instruct z-ai/glm-5.1
`)
