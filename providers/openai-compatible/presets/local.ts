import { CHAT_RESPONSES, COMPLETION, EMBEDDING, MAX_TOKENS, type Preset } from '../preset.ts'

/** Servers on one's own machine, at their usual ports. Read in November 2026. */
export const LOCAL = {
  vllm: {
    title: 'vLLM',
    baseUrl: 'http://127.0.0.1:8000/v1',
    local: true,
    wires: { ...CHAT_RESPONSES, ...COMPLETION, ...EMBEDDING, counting: ['anthropic-count-tokens'] },
    images: 'model',
    tools: 'model',
    jsonSchema: 'yes',
    notes: [
      'Wants a key only when started with --api-key; tools want --enable-auto-tool-choice and a parser.',
      'One server runs one model: embeddings need an embedding model.',
      'user is overlooked, suffix is refused.',
    ],
    sources: [
      'https://docs.vllm.ai/en/stable/serving/online_serving.html',
      'https://github.com/vllm-project/vllm/blob/main/vllm/entrypoints/anthropic/api_router.py',
    ],
  },
  'llama.cpp': {
    title: 'llama.cpp server',
    baseUrl: 'http://127.0.0.1:8080/v1',
    local: true,
    wires: {
      chat: ['openai-chat', 'openai-responses', 'anthropic-messages'],
      ...COMPLETION,
      ...EMBEDDING,
      counting: ['anthropic-count-tokens', 'openai-input-tokens'],
    },
    images: 'model',
    tools: 'model',
    jsonSchema: 'yes',
    notes: [
      'Runs the loaded model whatever name is asked for.',
      'Embeddings want --embeddings.',
      'Status 503 while the model loads.',
    ],
    sources: [
      'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
      'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/server.cpp',
    ],
  },
  'lm-studio': {
    title: 'LM Studio',
    baseUrl: 'http://127.0.0.1:1234/v1',
    local: true,
    wires: { ...CHAT_RESPONSES, ...COMPLETION, ...EMBEDDING },
    quirks: { rename: MAX_TOKENS },
    images: 'model',
    tools: 'model',
    jsonSchema: 'yes',
    notes: [
      'The server is off until it is started in the Developer tab or with lms server start.',
      'The first request to a model may load it, which takes a while.',
    ],
    sources: ['https://lmstudio.ai/docs/api/openai-api'],
  },
  ollama: {
    title: 'Ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
    local: true,
    wires: { ...CHAT_RESPONSES, ...COMPLETION, ...EMBEDDING },
    quirks: { rename: MAX_TOKENS },
    images: 'model',
    tools: 'model',
    jsonSchema: 'yes',
    notes: [
      'Knows only max_tokens, so max_completion_tokens is sent under that name.',
      'A prompt longer than the context (num_ctx, set at the server) is cut without an error.',
      'The first request to a model loads it, which takes a while.',
    ],
    sources: ['https://docs.ollama.com/api/openai-compatibility'],
  },
} as const satisfies Record<string, Preset>
