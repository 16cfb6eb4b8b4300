import { IMAGES, MODERATION, type Preset, RERANK, SPEECH, TRANSCRIPTION, TRANSLATION } from '../preset.ts'

/** What a service does beside chats and embeddings, where that was read, and where it differs. */
export type Media = Pick<Preset, 'wires' | 'paths' | 'sources'>

/** By preset. Read in November 2026. */
export const MEDIA: Readonly<Record<string, Media>> = {
  groq: {
    wires: { ...SPEECH, ...TRANSCRIPTION, ...TRANSLATION },
    sources: ['https://console.groq.com/docs/speech-to-text', 'https://console.groq.com/docs/text-to-speech'],
  },
  together: {
    wires: { ...IMAGES, ...SPEECH, ...TRANSCRIPTION, ...TRANSLATION, ...RERANK },
    sources: [
      'https://docs.together.ai/reference/post-images-generations',
      'https://docs.together.ai/reference/audio-speech',
      'https://docs.together.ai/reference/audio-transcriptions',
      'https://docs.together.ai/reference/rerank-1',
    ],
  },
  fireworks: {
    wires: { rerank: ['voyage-rerank'] },
    sources: ['https://docs.fireworks.ai/api-reference/rerank-documents'],
  },
  deepinfra: {
    wires: { ...IMAGES, image_edit: ['openai-image-edits'], ...SPEECH, ...TRANSCRIPTION, ...TRANSLATION },
    sources: ['https://deepinfra.com/docs/openai_api'],
  },
  mistral: {
    wires: { ...TRANSCRIPTION, ...MODERATION },
    sources: ['https://docs.mistral.ai/capabilities/audio', 'https://docs.mistral.ai/capabilities/guardrailing'],
  },
  gemini: {
    wires: IMAGES,
    sources: ['https://ai.google.dev/gemini-api/docs/openai'],
  },
  xai: {
    wires: IMAGES,
    sources: ['https://docs.x.ai/docs/guides/image-generations'],
  },
  openrouter: {
    wires: { ...IMAGES, ...SPEECH, ...TRANSCRIPTION, ...RERANK },
    // Its body and answer are those of OpenAI's images; the path is its own.
    paths: { 'openai-images': 'images' },
    sources: ['https://openrouter.ai/docs/api/api-reference/rerank', 'https://openrouter.ai/docs/features/multimodal'],
  },
  vllm: {
    wires: { ...TRANSCRIPTION, ...TRANSLATION, ...RERANK },
    sources: ['https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html'],
  },
  'llama.cpp': {
    wires: RERANK,
    sources: ['https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md'],
  },
}
